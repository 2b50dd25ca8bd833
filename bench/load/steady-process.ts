/** Decides nothing: a steady sender in a process of its own, begun and ended on command. */
import { HOOK_PATH, deliveryBody, deliveryHeaders, requestText } from './delivery.ts';
import { SteadySender } from './steady.ts';

/** `begin` is answered at once, `end` with a `SteadyReport`. */
export type SteadyCommand =
  { readonly kind: 'begin'; readonly port: number; readonly perSecond: number } | { readonly kind: 'end' };

const text = requestText(HOOK_PATH, deliveryHeaders, deliveryBody);
const senders: SteadySender[] = [];

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  const command = message as SteadyCommand;
  if (command.kind === 'begin') {
    senders.push(new SteadySender({ ...command, text }));
    process.send?.({});
  } else {
    void senders
      .pop()
      ?.stop()
      .then((report) => process.send?.(report));
  }
});
