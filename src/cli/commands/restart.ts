/** `untether restart`: has the service leave and come back, and says what the new one says of itself. */
import { formatDuration } from '../../core/duration.ts';
import { asRunId } from '../../core/ids.ts';
import type { ServiceStatus } from '../../core/views.ts';
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { statusJson } from '../json.ts';
import { nextLife } from '../next-life.ts';
import type { Printer } from '../print.ts';
import { refuseOtherFile } from '../same-file.ts';

export const handle: Handler = async function restart(input, context) {
  const { control, print, clock, env } = context;
  await refuseOtherFile(context);
  const before = await control.status();
  const run = asRunId(env['UNTETHER_RUN_ID'] ?? '');
  const askedAt = clock.monotonic();
  const { isRepeated } = await control.restart({
    force: input.isSet('force'),
    ...(run !== undefined && { run }),
  });
  if (run !== undefined) {
    // The service waits for its runs: one that waited for the service would never end.
    sayBegun(isRepeated, print);
    return exitCodes.ok;
  }
  const after = await nextLife(before, context);
  if (print.json) print.value(statusJson(after));
  else describe(after, clock.monotonic() - askedAt, print);
  return exitCodes.ok;
};

function sayBegun(isRepeated: boolean, print: Printer): void {
  if (print.json) print.value({ restarting: !isRepeated });
  else
    print.line(isRepeated ? 'this run has had it restarted already' : 'restarting when this run has ended');
}

function describe(status: ServiceStatus, tookMs: number, print: Printer): void {
  print.line(
    { text: 'restarted:', style: 'green' },
    `untether ${status.version}, process ${status.pid}, revision ${status.revision}, after ${formatDuration(tookMs)}`,
  );
  print.line('listening on', status.address ?? { text: 'nothing', style: 'red' });
  for (const { text } of status.conditions) print.line({ text: 'warning:', style: 'yellow' }, text);
}
