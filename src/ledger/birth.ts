/** Decides how a row is born, from what was asked for, what its limit says and the burst that it joins. */
import type { Admission, Admitted, SupersededRun } from '../core/admission.ts';
import type { BirthState } from '../core/run.ts';
import type { BurstMark } from './burst.ts';
import { burstWindow, coalescingReason, joinedBurst } from './burst.ts';
import type { LimitVerdict } from './limits.ts';

/** What a new row holds that its admission does not say. */
export interface Birth {
  readonly state: BirthState;
  readonly reason: string | null;
  /** Epoch ms, for `scheduled`. */
  readonly readyAt: number | null;
  readonly burst: BurstMark | null;
}

const PLAIN = Object.freeze({ readyAt: null, burst: null });

/** The birth of an admission that was not refused; `beginnings` are those of the rows whose burst it takes over. */
export function birthOf(admission: Admission, verdict: LimitVerdict, beginnings: readonly number[]): Birth {
  if (verdict.kind === 'skip') return { ...PLAIN, state: 'skipped', reason: verdict.reason };
  const { state, reason, dueAt, readyAt: laterAt = dueAt, admittedAt } = admission;
  const burst = joinedBurst(admission);
  if (burst === undefined)
    return { ...PLAIN, state, reason, readyAt: state === 'scheduled' ? laterAt : null };
  const { since, readyAt } = burstWindow(burst, admittedAt, beginnings);
  return { state, reason: coalescingReason(readyAt), readyAt, burst: { key: burst.key, since } };
}

/** The answer to it. */
export function admittedAs(
  { id: run }: Admission,
  { state, reason, burst }: Birth,
  superseded: readonly SupersededRun[],
): Admitted {
  return {
    kind: 'admitted',
    run,
    state,
    ...(burst !== null && reason !== null && { reason }),
    ...(superseded.length > 0 && { superseded }),
  };
}
