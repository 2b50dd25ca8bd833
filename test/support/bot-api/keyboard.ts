/** Decides which inline keyboards Telegram takes. */
import { objectOf } from './params.ts';
import { badRequest } from './refusal.ts';
import type { Button, Keyboard, Raw } from './wire.ts';
import { isRaw } from './wire.ts';

/** Bytes of UTF-8, not characters. */
const MAX_CALLBACK_BYTES = 64;

/** The inline keyboard of a request; none when another kind of `reply_markup`, or none, is given. */
export function keyboardOf(params: Raw): Keyboard {
  if (typeof params['reply_markup'] === 'string')
    throw badRequest("can't parse reply keyboard markup JSON object");
  const rows = objectOf(params, 'reply_markup')?.['inline_keyboard'];
  if (rows === undefined) return [];
  if (!Array.isArray(rows)) throw malformed('object expected as inline_keyboard');
  return rows.map(rowOf).filter((row) => row.length > 0);
}

/** What Telegram checks later than the shape, when the chat is already known to be there. */
export function checkCallbackData(keyboard: Keyboard): void {
  for (const { callback_data: data } of keyboard.flat())
    if (data !== undefined && (data === '' || Buffer.byteLength(data) > MAX_CALLBACK_BYTES))
      throw badRequest('BUTTON_DATA_INVALID');
}

function rowOf(row: unknown): readonly Button[] {
  if (!Array.isArray(row)) throw malformed('inline keyboard row must be an Array');
  return row.map(buttonOf);
}

function buttonOf(button: unknown): Button {
  if (!isRaw(button)) throw malformed('InlineKeyboardButton must be an Object');
  const { text, callback_data, url } = button;
  if (typeof text !== 'string') throw malformed('Can\'t find field "text"');
  if (typeof callback_data === 'string') return { text, callback_data };
  if (typeof url === 'string') return { text, url };
  throw malformed('Text buttons are unallowed in the inline keyboard');
}

function malformed(reason: string): Error {
  return badRequest(`can't parse inline keyboard button: ${reason}`);
}
