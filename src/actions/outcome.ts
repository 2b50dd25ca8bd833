/** Decides how the end of an attempt is told: the outcomes that all actions share. */
import { formatDuration } from '../core/duration.ts';
import type { EndedBy, Outcome } from '../core/run.ts';
import type { ActionContext } from './context.ts';

/** It worked; `reason` where that needs words ("forwarded (200)"). */
export function succeeded(reason: string | null = null): Outcome {
  return { kind: 'succeeded', exitCode: null, endedBy: null, reason };
}

/** It did not work, by itself. */
export function failed(reason: string): Outcome {
  return { kind: 'failed', exitCode: null, endedBy: null, reason };
}

/** The outcome of an attempt that was ended from outside; ask only when `context.signal` is aborted. */
export function ended(context: ActionContext, exitCode: number | null = null): Outcome {
  const endedBy = asEndedBy(context.signal.reason);
  const { timeoutMs, deadlineMs } = context.run.spec.policy;
  switch (endedBy) {
    case 'timeout':
      return { kind: 'failed', exitCode, endedBy, reason: `timed out after ${formatDuration(timeoutMs)}` };
    case 'deadline':
      return {
        kind: 'failed',
        exitCode,
        endedBy,
        reason: `its deadline of ${formatDuration(deadlineMs ?? 0)} passed`,
      };
    case 'budget':
      return { kind: 'failed', exitCode, endedBy, reason: 'its budget is spent' };
    case 'cancel':
      return { kind: 'cancelled', exitCode, endedBy, reason: 'cancelled' };
    case 'replace':
      return { kind: 'cancelled', exitCode, endedBy, reason: 'replaced by a newer run' };
    case 'drain':
      return { kind: 'interrupted', exitCode, endedBy, reason: 'interrupted by a stop of the service' };
    case 'crash':
      return { kind: 'interrupted', exitCode, endedBy, reason: 'interrupted by a crash' };
  }
}

const enders = {
  timeout: true,
  deadline: true,
  cancel: true,
  drain: true,
  replace: true,
  budget: true,
  crash: true,
} as const satisfies Record<EndedBy, true>;

/** Whoever aborts without saying why wants it ended, no more. */
function asEndedBy(reason: unknown): EndedBy {
  return typeof reason === 'string' && Object.hasOwn(enders, reason) ? (reason as EndedBy) : 'cancel';
}
