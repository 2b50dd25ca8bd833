/** Decides which chats the configuration speaks of: those of its tables, its triggers, and its people in person. */
import type { Destination } from '../../core/message.ts';
import { everyCron } from '../../core/snapshot.ts';
import type { Snapshot } from '../../core/snapshot.ts';

/** True for a chat of a configured bot that stands in the file. */
export function knowsChat(snapshot: Snapshot, { bot, chat }: Destination): boolean {
  const { bots, botOfChat, defaultChat, profiles, users } = snapshot.chat;
  if (!bots.has(bot)) return false;
  return (
    chat === defaultChat ||
    profiles.has(chat) ||
    botOfChat.has(chat) ||
    users.has(chat) ||
    isOfTrigger(snapshot, chat)
  );
}

function isOfTrigger(snapshot: Snapshot, chat: number): boolean {
  const triggers = [...everyCron(snapshot), ...snapshot.webhooks.values()];
  return triggers.some(({ spec }) => spec.chat?.chat === chat || spec.noticeChat?.chat === chat);
}
