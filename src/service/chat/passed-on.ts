/** Decides who hears of the service what the default chat is told and does not take, such as one that is a placeholder. */
import { noticeKey } from '../../chat/keys.ts';
import { botFor } from '../../core/chat-settings.ts';
import type { ChatSettings } from '../../core/chat-settings.ts';
import type { OutgoingMessage, StoredMessage } from '../../core/message.ts';
import { isServiceNotice } from './notices.ts';

/** The same for each admin in person: one of them may not be reached either. */
export function passedOn(
  { key, to, kind, content }: StoredMessage,
  settings: Pick<ChatSettings, 'admins' | 'bots' | 'botOfChat' | 'defaultChat'>,
): readonly OutgoingMessage[] {
  if (to.chat !== settings.defaultChat || !isServiceNotice(key)) return [];
  const others = [...settings.admins].filter((chat) => chat !== to.chat);
  return others.map((chat) => ({
    key: noticeKey('passed-on', chat, key),
    to: { bot: botFor(chat, settings) ?? to.bot, chat },
    kind,
    content,
  }));
}
