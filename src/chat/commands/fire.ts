/** `/fire`: runs a trigger now, with a payload if one is written behind it. */
import { AppError, messageOf } from '../../core/errors.ts';
import { shortId } from '../../core/ids.ts';
import { buttonRow, cancelButton, logButton } from '../buttons.ts';
import type { ChatCommand } from '../command.ts';
import { orderOf } from '../order.ts';
import { usageError } from '../wording.ts';

/** Starts a run of its own kind, told of in the chat that asks. */
export const fire: ChatCommand = {
  name: 'fire',
  role: 'operator',
  usage: ['ID', 'ID JSON'],
  summary: 'run a trigger now',
  examples: [
    { line: '/fire nightly', does: 'runs it without a payload' },
    { line: '/fire webhook:push {"ref": "main"}', does: 'runs it as if that had been delivered' },
  ],
  async handle(asking, world) {
    const { trigger, rest: json } = world.control.splitTrigger({ text: asking.text });
    if (trigger === '') throw usageError('which trigger?', ['/fire ID', '/fire ID JSON']);
    const { run } = await world.control.fire({ trigger, ...payloadOf(json), order: orderOf(asking) });
    return {
      text: `▶️ fired ${trigger}: run ${shortId(run)}`,
      buttons: [buttonRow(logButton(run), cancelButton(run))],
      run,
    };
  },
};

function payloadOf(json: string): { readonly data?: Uint8Array; readonly contentType?: string } {
  if (json === '') return {};
  try {
    JSON.parse(json);
  } catch (error) {
    throw new AppError(
      'invalid_argument',
      `what stands behind the trigger is not JSON: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  return { data: new TextEncoder().encode(json), contentType: 'application/json' };
}
