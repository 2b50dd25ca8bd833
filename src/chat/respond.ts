/** Decides what becomes of a message: who said it, what it means, and what is said in return. */
import { profileFor } from '../core/chat-settings.ts';
import type { ChatProfile } from '../core/chat-settings.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Mask } from '../core/secret.ts';
import { replyOf } from './answer.ts';
import { Backlog } from './backlog.ts';
import type { ChatCommand, ChatWorld, Said } from './command.ts';
import { saySomething } from './commands/run.ts';
import type { Announced, Incoming, Reply } from './incoming.ts';
import { maskedText } from './render/masked.ts';
import { mayDo, roleOf } from './roles.ts';
import type { Role } from './roles.ts';
import { announced } from './slow.ts';
import { chatCommands } from './table.ts';
import { mistypedCommand, unknownCommand } from './typo.ts';
import { inWords } from './wording.ts';

/** What is so much older than this life was meant for another. */
const STALE_MS = 60_000;
const SILENCE: Reply = { messages: [] };

/** Answers people. Strangers get nothing, and nothing is read or done for them. */
export function createRespond(world: ChatWorld, log: Log): (incoming: Incoming) => Promise<Announced> {
  const backlog = new Backlog(world.startedAt);
  return async function respond(incoming: Incoming) {
    const settings = world.settings();
    const role = roleOf(incoming, settings);
    if (role === undefined) return SILENCE;
    log.info('chat', { user: incoming.from, chat: incoming.to.chat, command: incoming.command });
    if (world.clock.now() - incoming.at > settings.backlogMaxAgeMs)
      return { messages: [backlog.note(incoming, settings.backlogMaxAgeMs)] };
    const profile = profileFor(settings, incoming.to.chat);
    const answered = answer({ incoming, role, profile }, world, log);
    const refused = (error: AppError): Said => ({ text: refusal(error, incoming, log) });
    const replyTo = (said: Said, to: Incoming): Reply => replyOf(withoutSecrets(said, world.mask), to);
    const meanwhile = commandOf(incoming, world)?.meanwhile?.(incoming.text);
    if (meanwhile === undefined)
      return replyTo(await answered.catch((error: unknown) => refused(unlessAway(error))), incoming);
    // What may take seconds is not tried again by itself, whatever was away.
    const ended = answered.catch((error: unknown) => refused(toAppError(error)));
    return announced({ meanwhile, answer: ended, incoming, replyTo }, world.clock);
  };
}

/** Before it is cut into messages, where half a secret would not be known for one. */
function withoutSecrets(said: Said, mask: Mask): Said {
  if ('messages' in said) return said;
  const { text, marks = [], ...rest } = said;
  return { ...rest, ...maskedText({ text, marks }, mask) };
}

/** A store that is away is the caller's affair: the message waits for it. */
function unlessAway(error: unknown): AppError {
  const known = toAppError(error);
  if (known.code === 'unavailable') throw known;
  return known;
}

/** What is said when something cannot be done. */
function refusal(known: AppError, { command }: Incoming, log: Log): string {
  if (known.code === 'internal')
    log.error('a chat command met a fault', { command, error: known.cause ?? known });
  return inWords(known);
}

interface Person {
  readonly incoming: Incoming;
  readonly role: Role;
  readonly profile: ChatProfile;
}

async function answer({ incoming, role, profile }: Person, world: ChatWorld, log: Log): Promise<Said> {
  const asking = { incoming, role, text: incoming.text, profile };
  const names = commandsIn(world).map(({ name }) => name);
  if (incoming.command === undefined) {
    const mistyped = mistypedCommand(incoming.text, names);
    if (mistyped !== undefined) return { text: unknownWithDot(mistyped, names) };
    return saySomething(asking, world);
  }
  const command = commandOf(incoming, world);
  if (command === undefined) return { text: unknownCommand(incoming.command, names) };
  if (!mayDo(role, command.role)) return denial(command, incoming, log);
  if (isStale(command, incoming, world))
    return { text: `/${command.name} came from before the last start and was left out` };
  return command.handle(asking, world);
}

function commandsIn({ more }: ChatWorld): readonly ChatCommand[] {
  return [...chatCommands, ...more()];
}

function commandOf({ command }: Incoming, world: ChatWorld): ChatCommand | undefined {
  // What Telegram says for somebody who opens the chat.
  const spoken = command === 'start' ? 'help' : command;
  return commandsIn(world).find(({ name }) => name === spoken);
}

function unknownWithDot(name: string, names: readonly string[]): string {
  return names.includes(name)
    ? `did you mean /${name}? nothing was started`
    : `${unknownCommand(name, names)}; nothing was started`;
}

function denial(command: ChatCommand, { from, to }: Incoming, log: Log): Said {
  log.warn('a chat command was denied', { command: command.name, user: from, chat: to.chat });
  throw new AppError('denied', `/${command.name} is for ${command.role}s`);
}

/** What concerns the life of the service was meant for the life it was said to. */
function isStale({ isAboutThisLife }: ChatCommand, { at }: Incoming, { startedAt }: ChatWorld): boolean {
  return isAboutThisLife === true && at < startedAt - STALE_MS;
}
