/** Decides how an action tells of its end: the outcomes that all actions share. */
import type { Outcome } from '../core/run.ts';

/** It worked; `reason` where that needs words ("forwarded (200)"). */
export function succeeded(reason: string | null = null): Outcome {
  return { kind: 'succeeded', exitCode: null, endedBy: null, reason };
}

/** It did not work, by itself. */
export function failed(reason: string): Outcome {
  return { kind: 'failed', exitCode: null, endedBy: null, reason };
}

/** It may not be done, or would go the same way again: no other attempt follows, whatever the policy. */
export function refused(reason: string): Outcome {
  return { ...failed(reason), again: 'never' };
}

/** It was told to end and did. Who told it, and what that makes of the run, the attempt says; `note` goes behind that. */
export function ended(exitCode: number | null = null, note: string | null = null): Outcome {
  return { kind: 'interrupted', exitCode, endedBy: null, reason: note };
}
