/** Decides the headers of answers that hold output: which run it is, how it ended, and that nobody keeps or guesses at it. */
import type { RunId } from '../../core/ids.ts';
import type { RunResult } from './results.ts';

/** Names and values in turn, as `writeHead` takes them; without `result` the run has not ended. */
export function headersOf(run: RunId, result?: RunResult): readonly string[] {
  return [
    ...['Location', `/-/runs/${run}`],
    ...['Untether-Run', run],
    ...(result === undefined ? [] : endOf(result).flat()),
    // Output may quote what the sender wrote: no browser is to take it for a page.
    ...['X-Content-Type-Options', 'nosniff'],
    ...['Cache-Control', 'no-store'],
  ];
}

/** How a run ended, as headers or trailers. */
export function endOf({ state, exitCode }: RunResult): ReadonlyArray<readonly [string, string]> {
  return [
    ['Untether-State', state],
    ...(exitCode === null ? [] : ([['Untether-Exit-Code', String(exitCode)]] as const)),
  ];
}
