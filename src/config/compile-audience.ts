/** Decides which chat is told of a trigger's runs, by which bot, and of what. */
import type { RunSpec } from '../core/action.ts';
import type { ChatSettings } from '../core/chat-settings.ts';
import type { Destination } from '../core/message.ts';
import { knownName } from '../core/named.ts';
import type { ProjectSpec } from '../core/snapshot.ts';
import { warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { TriggerConfig } from './schema/trigger.ts';
import { checkName } from './unknown-name.ts';

/** What of a run's spec concerns chats. */
export interface Audience {
  readonly value: Pick<
    RunSpec,
    'chat' | 'noticeChat' | 'notifyOnSuccess' | 'notifyOnFailure' | 'notifyOnRecovery'
  >;
  readonly problems: readonly Problem[];
}

/** What triggers need to know of the chats. */
export interface AudienceWorld extends Pick<ChatSettings, 'botOfChat' | 'defaultChat'> {
  /** Names, in the order of the file. */
  readonly bots: readonly string[];
  /** Ids that the file says something about, in order. */
  readonly known: readonly number[];
}

/** That of these settings. */
export function audienceWorld({
  bots,
  botOfChat,
  defaultChat,
  users,
  profiles,
}: ChatSettings): AudienceWorld {
  const known = new Set([...users, ...profiles.keys(), ...botOfChat.keys()]);
  return { bots: [...bots.keys()], botOfChat, defaultChat, known: [...known].sort((a, b) => a - b) };
}

/** Compiles the keys about chats; without a bot nobody is told, whatever they say. */
export function compileAudience(
  config: TriggerConfig,
  project: ProjectSpec | undefined,
  world: AudienceWorld,
): Audience {
  const on = new Set(config.notify?.on);
  const flags = {
    notifyOnSuccess: config.notify_on_success || on.has('success'),
    notifyOnFailure: config.notify_on_failure || on.has('failure'),
    ...(on.has('recovery') && { notifyOnRecovery: true }),
  };
  const problems = [
    ...checkChat(['chat_id'], config.chat_id, world),
    ...checkChat(['notify', 'chat'], config.notify?.chat, world),
    ...checkBot(['bot'], config.bot, world),
    ...checkBot(['notify', 'bot'], config.notify?.bot, world),
  ];
  const chat = placeOf(
    { chat: config.chat_id ?? project?.chat ?? world.defaultChat, bot: config.bot, thread: config.thread_id },
    world,
  );
  const noticeChat = noticePlace(config, chat, world);
  return {
    value: { ...flags, ...(chat !== undefined && { chat }), ...(noticeChat !== undefined && { noticeChat }) },
    problems,
  };
}

/** A bot that lists the chat of the notices goes before the one that the trigger names for all it says. */
function noticePlace(
  { notify, bot }: TriggerConfig,
  runs: Destination | undefined,
  world: AudienceWorld,
): Destination | undefined {
  if (notify?.chat === undefined && notify?.bot === undefined) return undefined;
  const chat = notify.chat ?? runs?.chat;
  const lists = chat === undefined ? undefined : world.botOfChat.get(chat);
  return placeOf({ chat, bot: notify.bot ?? lists ?? bot }, world);
}

interface Written {
  readonly chat: number | undefined;
  readonly bot: string | undefined;
  readonly thread?: number | undefined;
}

function placeOf({ chat, bot: named, thread }: Written, world: AudienceWorld): Destination | undefined {
  if (chat === undefined) return undefined;
  const { bots, botOfChat } = world;
  const bot = named === undefined ? (botOfChat.get(chat) ?? bots[0]) : knownName(bots, named);
  if (bot === undefined) return undefined;
  return { bot, chat, ...(thread !== undefined && { thread }) };
}

function checkBot(
  path: readonly string[],
  name: string | undefined,
  { bots }: AudienceWorld,
): readonly Problem[] {
  return checkName(path, { noun: 'bot', name, known: bots });
}

/** The original takes any chat: one that nothing else speaks of is most likely a slip, and no error. */
function checkChat(
  path: readonly string[],
  id: number | undefined,
  { known }: AudienceWorld,
): readonly Problem[] {
  if (id === undefined || known.includes(id)) return [];
  return [
    warning(
      path,
      `no chat ${id} is configured: neither [transports.telegram] nor a project names it, so look at the number again`,
    ),
  ];
}
