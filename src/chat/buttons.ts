/** Decides what the buttons about a run are, and which can stand under a message: those whose command Telegram carries. */
import type { RunId } from '../core/ids.ts';
import type { Button } from '../core/message.ts';

/** Bot API, InlineKeyboardButton: `callback_data` is 1 to 64 bytes. */
const MOST_BYTES = 64;

/** The buttons of one row; what does not fit is left out: its command can still be typed. */
export function buttonRow(...buttons: readonly Button[]): readonly Button[] {
  return buttons.filter(({ command }) => new TextEncoder().encode(command).byteLength <= MOST_BYTES);
}

/** Shows what the run has written. */
export function logButton(run: RunId): Button {
  return { label: 'Log', command: `/log ${run}` };
}

/** Ends the run. */
export function cancelButton(run: RunId, label = 'Cancel'): Button {
  return { label, command: `/cancel ${run}` };
}

/** Runs the finished run again. */
export function retryButton(run: RunId): Button {
  return { label: 'Retry', command: `/retry ${run}` };
}

/** Rows without those that are empty. */
export function buttonRows(...rows: ReadonlyArray<readonly Button[]>): ReadonlyArray<readonly Button[]> {
  return rows.filter((row) => row.length > 0);
}
