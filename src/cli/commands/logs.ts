/** `untether logs`: prints what a run has written. */
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { SequenceFilter } from '../terminal-text.ts';

export const handle: Handler = async function logs(input, { control, print }) {
  const signal = new AbortController().signal;
  const filter = print.isTerminal && !input.isSet('raw') ? new SequenceFilter() : undefined;
  let last = '\n';
  for await (const chunk of control.output(input.arg(0) ?? '', { follow: input.isSet('follow'), signal })) {
    const text = filter === undefined ? chunk.text : filter.push(chunk.text);
    last = text.at(-1) ?? last;
    if (!print.raw(print.json ? `${JSON.stringify(chunk)}\n` : text)) await print.drained();
  }
  if (print.isTerminal && !print.json && last !== '\n') print.raw('\n');
  return exitCodes.ok;
};
