/** `untether cancel`: ends a run. */
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { runJson } from '../json.ts';
import { stateCell } from '../print.ts';

export const handle: Handler = async function cancel(input, { control, print }) {
  const run = await control.cancel(input.arg(0) ?? '');
  if (print.json) print.value(runJson(run));
  else
    print.line(
      'run',
      { text: run.id, style: 'bold' },
      'is',
      stateCell(run.state),
      run.reason === null ? '' : `(${run.reason})`,
    );
  return exitCodes.ok;
};
