/** Decides what the `notify_only` action does: it says something in its chat, never nothing. */
import type { NotifyAction } from '../../core/action.ts';
import type { Action } from '../action.ts';
import { failed, succeeded } from '../outcome.ts';

/** Hands messages over: they are in the outbox with the end of the run. */
export const notifyAction: Action<NotifyAction> = {
  async execute(spec, context, values) {
    const rendered = await values.render(spec.message);
    if (!rendered.ok) return failed(`notify_only: ${rendered.reason}`);
    const { text } = rendered;
    if (text.trim() === '') return failed('notify_only: the message is empty');
    await context.append(text);
    return { ...succeeded(), message: { text, silent: spec.silent } };
  },
};
