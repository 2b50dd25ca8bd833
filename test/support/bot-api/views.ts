/** Decides how a stored message looks: to a bot, as Telegram writes it; to a person, as a test reads it. */
import type { Chat, StoredMessage } from './chat.ts';
import type { Button, Entity, Keyboard, Raw } from './wire.ts';

/** A message as a person sees it now. */
export interface SeenMessage {
  readonly id: number;
  readonly from: 'bot' | number;
  /** The caption, for a document. */
  readonly text: string;
  readonly entities: readonly Entity[];
  readonly buttons: readonly (readonly SeenButton[])[];
  readonly replyTo: number | undefined;
  readonly thread: number | undefined;
  readonly silent: boolean;
  /** How often it was edited. */
  readonly edited: number;
  readonly document?: { readonly name: string; readonly text: string };
}

export interface SeenButton {
  readonly text: string;
  readonly data?: string;
  readonly url?: string;
}

export function seen(message: StoredMessage, isOurs: (userId: number) => boolean): SeenMessage {
  const { id, from, text, entities, keyboard, replyTo, thread, silent, edited, document } = message;
  return {
    ...{ id, text, entities, replyTo, thread, silent, edited },
    from: isOurs(from.id) ? 'bot' : from.id,
    buttons: keyboard.map((row) => row.map(seenButton)),
    ...(document && { document: { name: document.name, text: document.text } }),
  };
}

function seenButton({ text, callback_data, url }: Button): SeenButton {
  return {
    text,
    ...(callback_data !== undefined && { data: callback_data }),
    ...(url !== undefined && { url }),
  };
}

/** The Message object. In a topic, what replies to nothing replies to the message that opened the topic. */
export function wireMessage(chat: Chat, message: StoredMessage): Raw {
  const replied = message.replyTo === undefined ? undefined : chat.messages.get(message.replyTo);
  return {
    ...withoutReply(chat, message),
    ...(replied && { reply_to_message: withoutReply(chat, replied) }),
    ...(!replied && message.thread !== undefined && { reply_to_message: topicOpening(chat, message.thread) }),
  };
}

function withoutReply(chat: Chat, message: StoredMessage): Raw {
  const { id, from, date, thread, edited, keyboard } = message;
  return {
    message_id: id,
    from,
    chat: chat.wire,
    date,
    ...(edited > 0 && { edit_date: date }),
    ...(thread !== undefined && { message_thread_id: thread, is_topic_message: true }),
    ...content(message),
    ...(keyboard.length > 0 && { reply_markup: wireKeyboard(keyboard) }),
  };
}

function content({ text, entities, document }: StoredMessage): Raw {
  const entitiesAs = (name: string): Raw => (entities.length > 0 ? { [name]: entities } : {});
  if (document === undefined) return { text, ...entitiesAs('entities') };
  const { name, size, fileId } = document;
  return {
    document: { file_id: fileId, file_unique_id: `u${fileId}`, file_name: name, file_size: size },
    ...(text !== '' && { caption: text }),
    ...entitiesAs('caption_entities'),
  };
}

function wireKeyboard(keyboard: Keyboard): Raw {
  return { inline_keyboard: keyboard };
}

function topicOpening(chat: Chat, thread: number): Raw {
  return {
    message_id: thread,
    chat: chat.wire,
    date: 0,
    message_thread_id: thread,
    is_topic_message: true,
    forum_topic_created: { name: `Topic ${thread}`, icon_color: 7_322_096 },
  };
}
