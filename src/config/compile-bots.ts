/** Decides which bots there are: that of `[transports.telegram]`, then those of `[[telegram.bots]]`, each an account of its own. */
import { DEFAULT_BOT } from '../core/chat-settings.ts';
import type { BotSettings, ChatSettings } from '../core/chat-settings.ts';
import { TERMINAL_BOT } from '../core/message.ts';
import type { Secret } from '../core/secret.ts';
import { accountOf, bareRoot } from '../core/telegram-account.ts';
import type { Frame } from './check.ts';
import type { CompileContext } from './compile-context.ts';
import { dotted, fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import { telegramTable } from './schema/telegram.ts';

/** The bots, and what is wrong with them; paths begin at the root of the file. */
export interface CompiledBots {
  readonly value: Pick<ChatSettings, 'bots' | 'botOfChat'>;
  readonly problems: readonly Problem[];
}

/** A bot as written; without a token that could be read it is none. */
interface WrittenBot {
  readonly name: string;
  readonly at: KeyPath;
  readonly tokenKey: string;
  readonly token: Secret | undefined;
  readonly apiRoot: string;
  readonly accountChange: boolean;
  readonly chats: readonly number[];
}

/** Compiles them. */
export function compileBots(frame: Frame, world: Pick<CompileContext, 'secretOf'>): CompiledBots {
  const written = writtenBots(frame, world);
  const found = written.map((bot) => ({ bot, account: bot.token && accountOf(bot.token.reveal()) }));
  const bots = found.flatMap(({ bot, account }) => settingsOf(bot, account) ?? []);
  return {
    value: {
      bots: new Map(bots.map((bot) => [bot.name, bot])),
      botOfChat: new Map(written.flatMap(({ name, chats }) => chats.map((chat) => [chat, name] as const))),
    },
    problems: [
      ...found.flatMap(({ bot, account }) => checkToken(bot, account)),
      ...written.flatMap(({ name, at }) => (name === TERMINAL_BOT ? [reserved(at)] : [])),
      ...takenTwice(written.map(({ name, at }) => ({ value: name, at: [...at, 'name'] }))),
      ...takenTwice(found.map(({ bot, account }) => ({ value: account, at: [...bot.at, bot.tokenKey] }))),
      ...takenTwice(
        written.flatMap(({ chats, at }) =>
          chats.map((chat, index) => ({ value: chat, at: [...at, 'chats', index] })),
        ),
      ),
    ],
  };
}

function writtenBots(frame: Frame, { secretOf }: Pick<CompileContext, 'secretOf'>): readonly WrittenBot[] {
  const main = frame.transports?.telegram ?? telegramTable.parse({});
  const first: WrittenBot = {
    name: DEFAULT_BOT,
    at: ['transports', 'telegram'],
    tokenKey: 'bot_token',
    token: main.bot_token === undefined ? undefined : secretOf(main.bot_token),
    apiRoot: bareRoot(main.api_root),
    accountChange: main.account_change,
    chats: [],
  };
  const others = (frame.telegram?.bots ?? []).map((bot, index): WrittenBot => ({
    name: bot.name,
    at: ['telegram', 'bots', index],
    tokenKey: 'token',
    token: secretOf(bot.token),
    apiRoot: bareRoot(bot.api_root ?? main.api_root),
    accountChange: bot.account_change,
    chats: bot.chats,
  }));
  return [first, ...others];
}

function settingsOf(
  { name, token, apiRoot, accountChange }: WrittenBot,
  account: string | undefined,
): BotSettings | undefined {
  return token === undefined || account === undefined
    ? undefined
    : { name, token, account, apiRoot, accountChange };
}

function checkToken({ token, at, tokenKey }: WrittenBot, account: string | undefined): readonly Problem[] {
  if (token === undefined || account !== undefined) return [];
  const message = 'is no token of a bot: expected digits, a colon and the rest, as @BotFather writes it';
  return [fault([...at, tokenKey], message)];
}

function reserved(at: KeyPath): Problem {
  return fault([...at, 'name'], `"${TERMINAL_BOT}" is what \`untether chat\` is called: choose another name`);
}

/** Two polls of one account chase each other away, and a chat that two bots list has no order. */
function takenTwice(
  values: ReadonlyArray<{ readonly value: string | number | undefined; readonly at: KeyPath }>,
): readonly Problem[] {
  return values.flatMap(({ value, at }, index) => {
    const first = values.findIndex((one) => one.value === value);
    if (value === undefined || first === index) return [];
    const other = dotted(values[first]?.at ?? []);
    return [fault(at, `is what ${other} has already: one bot each`)];
  });
}
