/** Decides how a message is written for Telegram: plain text whose marks are entities, never markup to be parsed. */
import type { InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, ReplyParameters } from 'grammy/types';
import type { Button, Destination, Mark, MessageContent } from '../core/message.ts';

/** What sendMessage and sendDocument have in common beside the words. */
export interface Frame {
  readonly message_thread_id?: number;
  readonly disable_notification?: boolean;
  readonly reply_parameters?: ReplyParameters;
  readonly reply_markup?: InlineKeyboardMarkup;
}

/** Links stay as they were written, without a preview below. */
export const NO_PREVIEW: LinkPreviewOptions = { is_disabled: true };

/** A caption is cut to what Telegram takes of one (Bot API, sendDocument). */
const CAPTION_MAX = 1_024;

/** Topic, sound, reply and buttons of a new message; one whose message to reply to is gone is sent all the same. */
export function frameOf({ thread }: Destination, content: MessageContent): Frame {
  const { silent, replyTo } = content;
  return {
    ...(thread === undefined ? {} : { message_thread_id: thread }),
    ...(silent ? { disable_notification: true } : {}),
    ...(replyTo === undefined
      ? {}
      : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }),
    ...keyboardOf(content),
  };
}

/** The rows of buttons; an edit without any takes them away. */
export function keyboardOf({ buttons = [] }: MessageContent): Pick<Frame, 'reply_markup'> {
  const rows = buttons.filter((row) => row.length > 0).map((row) => row.map(keyOf));
  return rows.length === 0 ? {} : { reply_markup: { inline_keyboard: rows } };
}

/** The marks as Telegram's entities; of those, both count in UTF-16 units. */
export function entitiesOf({ marks = [] }: MessageContent): MessageEntity[] {
  return marks.filter(({ length }) => length > 0).map(entityOf);
}

/** A document's caption with its entities; nothing for an empty one. */
export function captionOf(content: MessageContent): { caption?: string; caption_entities?: MessageEntity[] } {
  if (content.text === '') return {};
  return { caption: content.text.slice(0, CAPTION_MAX), caption_entities: entitiesOf(content) };
}

/** A name that survives grammY's upload, which quotes nothing. */
export function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '_') || 'file';
}

function entityOf({ kind, offset, length, language }: Mark): MessageEntity {
  if (kind !== 'pre') return { type: kind, offset, length };
  return { type: 'pre', offset, length, ...(language === undefined ? {} : { language }) };
}

function keyOf({ label, command }: Button): { text: string; callback_data: string } {
  return { text: label, callback_data: command };
}
