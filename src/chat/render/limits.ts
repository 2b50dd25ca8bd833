/** Decides how much is said at once. Lengths are UTF-16 units. */

/** What one message takes (Bot API, sendMessage). */
export const MESSAGE_LIMIT = 4_096;

/** What a toast beside a button takes (Bot API, answerCallbackQuery). */
export const TOAST_LIMIT = 200;

/** An answer in more messages than this is sent as a file. */
export const MOST_PARTS = 4;

/** About as much of such an answer stands above the file. */
export const BEGINNING_LIMIT = 700;

/** What is shown of a reason. */
export const REASON_LIMIT = 500;

/** What is shown of a name: of a trigger, an engine, a model. */
export const NAME_LIMIT = 100;
