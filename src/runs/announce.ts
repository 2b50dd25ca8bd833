/** Decides which ended runs are announced and in which words. */
import { messageOf } from '../core/errors.ts';
import type { AppEvent, Publish } from '../core/event.ts';
import type { RunLedger } from '../core/ledger.ts';
import type { Log } from '../core/log.ts';

export interface AnnounceDeps {
  readonly runs: Pick<RunLedger, 'spec'>;
  readonly publish: Publish;
  readonly log: Log;
}

/**
 * Listens for runs that end and publishes the notices that their triggers ask for, once the ledger has said what they
 * ask. A ledger that cannot say costs the notice and a line in the log.
 */
export function announceEnds({ runs, publish, log }: AnnounceDeps): (event: AppEvent) => void {
  async function announce(event: AppEvent & { kind: 'run' }): Promise<void> {
    const spec = await runs.spec(event.run);
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
  }
  return function listen(event) {
    if (event.kind !== 'run' || (event.state !== 'succeeded' && event.state !== 'failed')) return;
    announce(event).catch((error: unknown) => {
      log.error('cannot announce the end of a run', { run: event.run, error: messageOf(error) });
    });
  };
}
