/** Decides when moments that were held back are judged beside the end of a pause: at the start, and when triggers are switched on. */
import type { Cancel, Clock } from '../core/clock.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Opening } from '../scheduler/tick.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import type { Release } from './resume.ts';
import { utc } from '../core/utc.ts';

/** A life that lasts so long, in ms, is no part of a loop any more. */
const LASTING_MS = 60_000;

/** What a swap lets go: nothing, or every cron that it switches on. */
export function switchedOn({ crons }: Snapshot, { idleCrons }: Snapshot, now: number): Release | undefined {
  const isAny = [...idleCrons.keys()].some((id) => crons.has(id));
  return isAny ? { trigger: undefined, cause: 'disabled', why: `disabled until ${utc(now)} UTC` } : undefined;
}

/** What the start lets go: whatever the last life held and nothing holds any more. */
export function heldOver({ why }: Opening): Release {
  return { trigger: undefined, cause: 'down', why };
}

/** Says that nothing is made up, until this life has lasted. */
export function warnOfLoop(
  { noCatchUp }: Opening,
  { conditions, clock }: { readonly conditions: Conditions; readonly clock: Clock },
): Cancel {
  if (noCatchUp === undefined) return () => {};
  conditions.raise('catch_up_stopped', noCatchUp);
  return clock.after(LASTING_MS, () => {
    conditions.clear('catch_up_stopped');
  });
}
