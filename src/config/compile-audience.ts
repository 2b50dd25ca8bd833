/** Decides which chat is told of a trigger's runs, and of what. */
import type { RunSpec } from '../core/action.ts';
import type { ChatSettings } from '../core/chat-settings.ts';
import type { Destination } from '../core/message.ts';
import type { ProjectSpec } from '../core/snapshot.ts';
import { warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { TriggerConfig } from './schema/trigger.ts';

/** What of a run's spec concerns chats. */
export interface Audience {
  readonly value: Pick<
    RunSpec,
    'chat' | 'noticeChat' | 'notifyOnSuccess' | 'notifyOnFailure' | 'notifyOnRecovery'
  >;
  readonly problems: readonly Problem[];
}

/** What triggers need to know of the chats. */
export interface AudienceWorld {
  /** The name of the bot; undefined: there is none. */
  readonly bot: string | undefined;
  readonly defaultChat: number | undefined;
  /** Ids that the file says something about, in order. */
  readonly known: readonly number[];
}

/** That of these settings. */
export function audienceWorld({ bot, defaultChat, users, profiles }: ChatSettings): AudienceWorld {
  const known = new Set([...users, ...profiles.keys()]);
  return { bot: bot?.name, defaultChat, known: [...known].sort((a, b) => a - b) };
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
  ];
  const own = config.chat_id ?? project?.chat ?? world.defaultChat;
  const { bot } = world;
  if (bot === undefined) return { value: flags, problems };
  const thread = config.thread_id;
  const to: Destination | undefined =
    own === undefined ? undefined : { bot, chat: own, ...(thread !== undefined && { thread }) };
  const notices = config.notify?.chat;
  return {
    value: {
      ...flags,
      ...(to !== undefined && { chat: to }),
      ...(notices !== undefined && { noticeChat: { bot, chat: notices } }),
    },
    problems,
  };
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
