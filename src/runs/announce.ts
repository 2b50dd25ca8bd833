/** Decides which ended runs are announced and in which words. */
import type { AppEvent, Publish } from '../core/event.ts';
import type { RunLedger } from '../core/ledger.ts';

/** Listens for runs that end and publishes the notices that their triggers ask for. */
export function announceEnds(runs: RunLedger, publish: Publish): (event: AppEvent) => void {
  return function announce(event) {
    if (event.kind !== 'run' || (event.state !== 'succeeded' && event.state !== 'failed')) return;
    const spec = runs.spec(event.run);
    if (spec === undefined) return;
    const isFailure = event.state === 'failed';
    if (!(isFailure ? spec.notifyOnFailure : spec.notifyOnSuccess)) return;
    const mark = isFailure ? '❌' : '✅';
    const text = `${mark} ${event.trigger} (${spec.action.kind}): ${event.reason ?? event.state}`;
    publish({
      kind: 'notice',
      run: event.run,
      trigger: event.trigger,
      text,
      silent: !isFailure,
      at: event.at,
    });
  };
}
