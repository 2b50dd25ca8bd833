/** Decides what the `notify_only` action does: one message, never an empty one and never an endless one. */
import type { NotifyAction } from '../../core/action.ts';
import type { Action } from '../action.ts';
import { failed, succeeded } from '../outcome.ts';

/** Telegram takes 4096 UTF-16 units in one message (Bot API, sendMessage); what is longer is cut here, not split. */
export const MAX_MESSAGE_LENGTH = 4_096;

/** Hands messages over. */
export const notifyAction: Action<NotifyAction> = {
  async execute(spec, context, values) {
    const rendered = values.render(spec.message);
    if (!rendered.ok) return failed(`notify_only: ${rendered.reason}`);
    if (rendered.text.trim() === '') return failed('notify_only: the message is empty');
    const text = cut(rendered.text);
    await context.append(text);
    context.notify({ text, silent: spec.silent });
    return succeeded();
  },
};

function cut(text: string): string {
  if (text.length <= MAX_MESSAGE_LENGTH) return text;
  // Half a surrogate pair would be no text.
  return `${text.slice(0, MAX_MESSAGE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
