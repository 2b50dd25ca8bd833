/**
 * Decides what of Telegram's updates is something that a person said or pressed; everything else is nothing.
 *
 * Nobody is taken at another's word: what was said on behalf of a chat (`sender_chat`: anonymous admins, linked
 * channels), by a bot, by one of Telegram's service accounts, or later changed, is nothing; so is a forwarded command.
 */
import type { CallbackQuery, Message, MessageEntity, Update, User } from 'grammy/types';
import type { Incoming } from '../chat/incoming.ts';
import { isServiceAccount } from '../core/telegram-account.ts';

/** Who reads the updates, and when. */
export interface Reader {
  /** The bot's name in the configuration. */
  readonly bot: string;
  /** Telegram's id of its account. */
  readonly account: string;
  /** Its name on Telegram, without `@`: a command may carry it, and one that carries another is for another bot. */
  readonly username: string;
  /** Epoch ms. */
  readonly now: number;
}

/** What an update says to this bot; undefined: nothing. */
export function incomingOf(update: Update, reader: Reader): Incoming | undefined {
  const id = `update:${reader.account}:${update.update_id}`;
  if (update.message !== undefined) return ofMessage(update.message, id, reader);
  if (update.callback_query !== undefined) return ofPress(update.callback_query, id, reader);
  return undefined;
}

function ofMessage(message: Message, id: string, reader: Reader): Incoming | undefined {
  const { from, sender_chat: onBehalfOf } = message;
  if (!isPerson(from) || onBehalfOf !== undefined) return undefined;
  const said = saidIn(message, reader.username);
  if (said === undefined) return undefined;
  const replyTo = repliedTo(message);
  return {
    kind: 'message',
    id,
    at: message.date * 1_000,
    from: from.id,
    to: { bot: reader.bot, chat: message.chat.id, ...topicOf(message) },
    isGroup: message.chat.type !== 'private',
    messageId: message.message_id,
    ...said,
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

function ofPress(press: CallbackQuery, id: string, reader: Reader): Incoming | undefined {
  const { from, message, data } = press;
  if (!isPerson(from) || message === undefined || data === undefined) return undefined;
  const said = commandOf({ text: data, length: data.search(/\s|$/) }, reader.username);
  if (!data.startsWith('/') || said === undefined) return undefined;
  return {
    kind: 'press',
    id,
    at: reader.now,
    from: from.id,
    to: { bot: reader.bot, chat: message.chat.id, ...topicOf(message) },
    isGroup: message.chat.type !== 'private',
    messageId: message.message_id,
    ...said,
  };
}

function isPerson(user: User | undefined): user is User {
  return user !== undefined && !user.is_bot && !isServiceAccount(user.id);
}

/** The words of a message or of the caption of what it carries, as a command where they begin with one. */
function saidIn(message: Message, username: string): Said | undefined {
  const text = message.text ?? message.caption ?? '';
  const entities = message.entities ?? message.caption_entities ?? [];
  const command = entities.find(isCommandAtStart);
  // A command that was forwarded was given by somebody else, or to somebody else.
  if (command !== undefined)
    return message.forward_origin === undefined
      ? commandOf({ text, length: command.length }, username)
      : undefined;
  const words = text.trim();
  return words === '' ? undefined : { text: words };
}

type Said = Pick<Incoming, 'text' | 'command'>;

function isCommandAtStart({ type, offset }: MessageEntity): boolean {
  return type === 'bot_command' && offset === 0;
}

/** The first `length` units of the text as a command, and what follows it; undefined: it is for another bot. */
function commandOf(
  { text, length }: { readonly text: string; readonly length: number },
  username: string,
): Said | undefined {
  const [name = '', bot = username] = text.slice(0, length).replace(/^\//, '').split('@', 2);
  if (name === '' || bot.toLowerCase() !== username.toLowerCase()) return undefined;
  return { command: name.toLowerCase(), text: text.slice(length).trim() };
}

/** A topic's messages all reply to the one that began it, which says nothing. */
function repliedTo(message: Message): number | undefined {
  const id = message.reply_to_message?.message_id;
  return message.is_topic_message === true && id === message.message_thread_id ? undefined : id;
}

/** Only topics of a forum: in other groups each chain of replies has a thread id too. */
function topicOf(message: NonNullable<CallbackQuery['message']>): { thread?: number } {
  if (!('is_topic_message' in message) || !message.is_topic_message) return {};
  return message.message_thread_id === undefined ? {} : { thread: message.message_thread_id };
}
