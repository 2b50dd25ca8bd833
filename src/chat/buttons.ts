/** Decides which buttons can stand under a message: those whose command fits into what Telegram carries. */
import type { Button } from '../core/message.ts';

/** Bot API, InlineKeyboardButton: `callback_data` is 1 to 64 bytes. */
const MOST_BYTES = 64;

/** The buttons of one row; what does not fit is left out: its command can still be typed. */
export function buttonRow(...buttons: readonly Button[]): readonly Button[] {
  return buttons.filter(({ command }) => new TextEncoder().encode(command).byteLength <= MOST_BYTES);
}

/** Rows without those that are empty. */
export function buttonRows(...rows: ReadonlyArray<readonly Button[]>): ReadonlyArray<readonly Button[]> {
  return rows.filter((row) => row.length > 0);
}
