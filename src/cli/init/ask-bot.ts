/** Decides which questions lead to a bot: its token, and a message from whoever is in charge. */
import type { Clock } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import { TELEGRAM_ROOT } from '../../core/telegram-account.ts';
import type { BotAnswer } from './answers.ts';
import { introduce, refusal, tokenProblem } from './bot.ts';
import type { Introduced } from './bot.ts';
import type { Prompts } from './prompts.ts';
import type { Found, Writer } from './writer.ts';
import { findWriter } from './writer.ts';

/** What the command line says already. */
export interface BotFlags {
  readonly token: string | undefined;
  readonly apiRoot: string;
  readonly chat: number | undefined;
  readonly user: number | undefined;
}

/** How long a message is waited for. */
export const PATIENCE_MS = 120_000;

/** What finding a bot's owner needs. */
interface Seeking {
  readonly clock: Clock;
  readonly say: (text: string) => void;
  readonly isIt: (writer: Writer) => Promise<boolean>;
}

type Good = Extract<Introduced, { readonly ok: true }>;

/**
 * Without anybody to ask: the flags. Who is in charge must be among them, as anybody may have written to the bot.
 * `invalid_argument`, `conflict`, `unavailable`.
 */
export async function botFromFlags(
  flags: BotFlags & { readonly token: string },
  clock: Clock,
): Promise<BotAnswer> {
  const { apiRoot, token } = flags;
  const { chat, user } = completed(flags);
  if (chat === undefined || user === undefined)
    throw new AppError(
      'invalid_argument',
      'name --user, the numeric id of who is in charge: there is no terminal to ask whose message it is',
    );
  const bot = await introduce(flags, clock);
  if (!bot.ok) throw new AppError(bot.code, bot.message);
  return { token, username: bot.username, ...rootOf(apiRoot), chat, user };
}

/** Asks a person; undefined: no bot. */
export async function askBot(
  flags: BotFlags,
  prompts: Prompts,
  clock: Clock,
): Promise<BotAnswer | undefined> {
  const named = await askToken(flags, prompts, clock);
  if (named === undefined) return undefined;
  const { token, bot } = named;
  const base = { token, username: bot.username, ...rootOf(flags.apiRoot) };
  const known = completed(flags);
  if (known.chat !== undefined && known.user !== undefined)
    return { ...base, chat: known.chat, user: known.user };
  const isIt = ({ words }: Writer): Promise<boolean> => prompts.confirm(`${words}. Is that you?`);
  const say = (text: string): void => {
    prompts.say(text);
  };
  const found = await waitFor(bot, flags, { clock, say, isIt });
  if (found.kind === 'writer')
    return { ...base, chat: known.chat ?? found.writer.chat, user: known.user ?? found.writer.user };
  prompts.say(found.kind === 'nobody' ? 'No message came.' : refusal(found.failure, flags.apiRoot).message);
  return { ...base, ...(await askIds(known, prompts)) };
}

interface Named {
  readonly token: string;
  readonly bot: Good;
}

async function askToken(flags: BotFlags, prompts: Prompts, clock: Clock): Promise<Named | undefined> {
  for (let token = flags.token; ; token = undefined) {
    token ??= await prompts.secret({
      message: 'Token of your Telegram bot, from @BotFather (empty: no bot, chat stays off)',
      problemOf: (answer) => (answer === '' ? undefined : tokenProblem(answer)),
    });
    if (token === '') return undefined;
    const bot = await introduce({ token, apiRoot: flags.apiRoot }, clock);
    if (bot.ok) {
      prompts.say(`The token is good: this is @${bot.username}.`);
      return { token, bot };
    }
    prompts.say(bot.message);
  }
}

async function waitFor(
  { client, username }: Good,
  flags: BotFlags,
  { clock, say, isIt }: Seeking,
): Promise<Found> {
  say(
    `Write a message to @${username} now, from the account that is to be in charge of it; I wait for ${formatDuration(PATIENCE_MS)}.`,
  );
  return findWriter(client, { clock, known: completed(flags), username, patienceMs: PATIENCE_MS, isIt });
}

type Ids = Pick<BotFlags, 'chat' | 'user'>;

/** The id of a private chat is that of its user. */
function completed({ chat, user }: Ids): Ids {
  const isPrivate = chat !== undefined && chat > 0;
  return { chat: chat ?? user, user: user ?? (isPrivate ? chat : undefined) };
}

async function askIds({ chat, user }: Ids, prompts: Prompts): Promise<Pick<BotAnswer, 'chat' | 'user'>> {
  const answer = await prompts.text({
    message: 'Your numeric user id on Telegram (empty: nobody is answered until you write it into the file)',
    problemOf: (text) => (/^\d*$/.test(text) ? undefined : 'digits only'),
  });
  const id = answer === '' ? user : Number(answer);
  const place = chat ?? id;
  return { ...(place !== undefined && { chat: place }), ...(id !== undefined && { user: id }) };
}

function rootOf(apiRoot: string): Pick<BotAnswer, 'apiRoot'> {
  return apiRoot === TELEGRAM_ROOT ? {} : { apiRoot };
}
