/** Decides how a row is born, from what was asked for, what its limit says and the burst that it joins. */
import type { Admission, Admitted, SupersededRun } from '../core/admission.ts';
import type { BirthState } from '../core/run.ts';
import type { MissCause, MissedWord } from '../core/trigger.ts';
import type { BurstMark } from './burst.ts';
import { burstWindow, coalescingReason, joinedBurst } from './burst.ts';
import type { LimitVerdict } from './limits.ts';

/** What a new row holds that its admission does not say. */
export interface Birth {
  readonly state: BirthState;
  readonly reason: string | null;
  /** Epoch ms, for a `scheduled` one that nothing holds. */
  readonly readyAt: number | null;
  readonly burst: BurstMark | null;
  /** What holds it. */
  readonly held: MissCause | null;
  /** By which it is not made up, for `missed`. */
  readonly rule: MissedWord | null;
}

const PLAIN = Object.freeze({ readyAt: null, burst: null, held: null, rule: null });

/** The birth of an admission that was not refused; `beginnings` are those of the rows whose burst it takes over. */
export function birthOf(admission: Admission, verdict: LimitVerdict, beginnings: readonly number[]): Birth {
  if (verdict.kind === 'skip') return { ...PLAIN, state: 'skipped', reason: verdict.reason };
  const { state, reason, dueAt, readyAt = dueAt, held = null, rule = null } = admission;
  if (state !== 'scheduled') return { ...PLAIN, state, reason, rule };
  if (held !== null) return { ...PLAIN, state, reason, held };
  const burst = joinedBurst(admission);
  if (burst === undefined) return { ...PLAIN, state, reason, readyAt };
  const window = burstWindow(burst, admission.admittedAt, beginnings);
  return {
    ...PLAIN,
    ...{ state, reason: coalescingReason(window.readyAt), readyAt: window.readyAt },
    burst: { key: burst.key, since: window.since },
  };
}

/** The answer to it. */
export function admittedAs(
  admission: Admission,
  { state, reason }: Birth,
  superseded: readonly SupersededRun[],
): Admitted {
  return {
    kind: 'admitted',
    run: admission.id,
    state,
    ...(reason !== null && reason !== admission.reason && { reason }),
    ...(superseded.length > 0 && { superseded }),
  };
}
