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

/** Compiles the keys about chats; without a bot nobody is told, whatever they say. */
export function compileAudience(
  config: TriggerConfig,
  project: ProjectSpec | undefined,
  chat: ChatSettings,
): Audience {
  const on = new Set(config.notify?.on);
  const flags = {
    notifyOnSuccess: config.notify_on_success || on.has('success'),
    notifyOnFailure: config.notify_on_failure || on.has('failure'),
    ...(on.has('recovery') && { notifyOnRecovery: true }),
  };
  const problems = [
    ...checkChat(['chat_id'], config.chat_id, chat),
    ...checkChat(['notify', 'chat'], config.notify?.chat, chat),
  ];
  const own = config.chat_id ?? project?.chat ?? chat.defaultChat;
  if (chat.bot === undefined) return { value: flags, problems };
  const { name: bot } = chat.bot;
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
function checkChat(path: readonly string[], id: number | undefined, chat: ChatSettings): readonly Problem[] {
  if (id === undefined || chat.profiles.has(id) || chat.users.has(id)) return [];
  return [
    warning(
      path,
      `no chat ${id} is configured: neither [transports.telegram] nor a project names it, so look at the number again`,
    ),
  ];
}
