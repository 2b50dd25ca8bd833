/** Decides what a due moment does where earlier ones of its trigger still run or wait: the overlap rule as a limit. */
import type { AdmissionLimit } from '../core/admission.ts';
import type { CronTrigger } from '../core/trigger.ts';

/** The limit of a moment that is served when it is due. */
export function placeOf(cron: CronTrigger): AdmissionLimit {
  switch (cron.overlap.kind) {
    case 'allow':
      return { kind: 'none' };
    case 'replace':
      return { kind: 'replace' };
    case 'skip':
      return crowded(cron, 0);
    case 'queue':
      return crowded(cron, cron.overlap.depth);
    default:
      return cron.overlap satisfies never;
  }
}

/** With `depth` places behind those that run; `missed_when.overlap` says what becomes of one too many. */
function crowded({ spec, missed }: CronTrigger, depth: number): AdmissionLimit {
  const running = spec.policy.maxConcurrent ?? 1;
  switch (missed.by.overlap) {
    case 'last':
      return { kind: 'newest', keep: Math.max(1, depth) };
    case 'all':
      return { kind: 'live', max: running + Math.max(missed.limit, depth) };
    case 'skip':
    case 'ask':
      return { kind: 'live', max: running + depth };
    default:
      return missed.by.overlap satisfies never;
  }
}
