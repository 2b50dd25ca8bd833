/** `untether init`: asks what is needed and writes a commented configuration file. */
import { join } from 'node:path';
import { isAtBothEnds } from '../both-ends.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { readExample, refuseExisting, writeNew } from '../init.ts';
import type { Answers } from '../init/answers.ts';
import { botFromFlags } from '../init/ask-bot.ts';
import type { BotFlags } from '../init/ask-bot.ts';
import { bareRoot, TELEGRAM_ROOT } from '../../core/telegram-account.ts';
import { fillIn } from '../init/fill.ts';
import type { Input } from '../input.ts';
import { usage } from '../input.ts';

export const handle: Handler = async function init(input, context) {
  const { places, print, cwd } = context;
  const { file, isNamed } = places.config();
  // A file in the home folder must not keep a folder from having its own.
  const target = isNamed ? file : join(cwd, 'untether.toml');
  const flags = flagsOf(input);
  const isAsking = isAtBothEnds(context) && !input.isSet('yes');
  if (!isAsking) refuseIdle(input);
  await refuseExisting(target);
  const answers = isAsking ? await ask(flags, context) : await answersFrom(flags, context);
  await write(target, answers, context);
  if (!isAsking && flags.token === undefined && !input.isSet('yes'))
    print.remark('there is no terminal to ask questions on: wrote the example as it is');
  report(target, answers, context);
  return exitCodes.ok;
};

function flagsOf(input: Input): BotFlags {
  const apiRoot = input.text('api-root') ?? TELEGRAM_ROOT;
  if (!/^https?:\/\/[^\s/]+(\/\S*)?$/.test(apiRoot))
    throw usage(`--api-root ${apiRoot} is no address such as ${TELEGRAM_ROOT}`);
  const user = idOf(input, 'user');
  if (user !== undefined && user < 0) throw usage('--user is the id of a person: those are positive');
  return {
    token: input.text('token'),
    apiRoot: bareRoot(apiRoot),
    chat: idOf(input, 'chat'),
    user,
  };
}

function idOf(input: Input, flag: 'chat' | 'user'): number | undefined {
  const text = input.text(flag);
  if (text === undefined) return undefined;
  const id = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(id) && id !== 0) return id;
  throw usage(`--${flag} ${text} is no numeric id of Telegram such as 123456789`);
}

function refuseIdle(input: Input): void {
  const idle = ['api-root', 'chat', 'user'].find((flag) => input.isSet(flag));
  if (idle === undefined || input.isSet('token')) return;
  throw usage(`--${idle} goes with --token`);
}

async function ask(flags: BotFlags, { clock, env, cwd }: CommandContext): Promise<Answers> {
  const { clackPrompts } = await import('../init/clack.ts');
  const { askAll } = await import('../init/ask.ts');
  return askAll(clackPrompts, { flags, clock, searchPath: env['PATH'], cwd });
}

async function answersFrom(flags: BotFlags, { clock }: CommandContext): Promise<Answers> {
  const { token } = flags;
  return token === undefined ? {} : { bot: await botFromFlags({ ...flags, token }, clock) };
}

async function write(target: string, answers: Answers, context: CommandContext): Promise<void> {
  const example = await readExample();
  const text = fillIn(example, answers);
  if (text !== example) {
    // Loaded here: the example itself is known to load.
    const { verify } = await import('../init/verify.ts');
    await verify(text, target, context);
  }
  await writeNew(target, text);
}

function report(target: string, { bot }: Answers, { print }: CommandContext): void {
  if (print.json) {
    const { username, chat = null, user = null } = bot ?? {};
    print.value({ file: target, ...(bot !== undefined && { bot: { username, chat, user } }) });
    return;
  }
  print.line('wrote', { text: target, style: 'bold' });
  if (bot !== undefined) print.line(`the token of @${bot.username} is in it: only you may read it`);
}
