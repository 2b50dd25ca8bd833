/** Decides what becomes of an admission when its trigger has rows that live already. */
import type { Admission } from '../core/admission.ts';
import type { QueueCounts } from '../core/ledger.ts';
import type { RunId } from '../core/ids.ts';

/** `take` as asked (after ending those that wait, if `supersedes`), record as `skip`ped, or `refuse` without a trace. */
export type LimitVerdict =
  | { readonly kind: 'take'; readonly supersedes: boolean }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'refuse'; readonly waiting: number };

const TAKE = Object.freeze({ kind: 'take', supersedes: false } as const);
const TAKE_OVER = Object.freeze({ kind: 'take', supersedes: true } as const);

/** Applies the admission's limit to what its trigger has now. A row born finished takes no place, so none is checked. */
export function limitVerdict({ state, limit }: Admission, lane: QueueCounts): LimitVerdict {
  if (state === 'missed' || state === 'skipped') return TAKE;
  switch (limit.kind) {
    case 'none':
      return TAKE;
    case 'replace':
      return TAKE_OVER;
    case 'waiting':
      return lane.queued < limit.max ? TAKE : { kind: 'refuse', waiting: lane.queued };
    case 'live':
      return lane.running + lane.queued < limit.max ? TAKE : { kind: 'skip', reason: overlapReason(lane) };
  }
}

/** The reason on a row that another one replaced. */
export function supersededReason(successor: RunId): string {
  return `superseded by ${successor}`;
}

function overlapReason(lane: QueueCounts): string {
  return `overlap: ${lane.running} running, ${lane.queued} waiting`;
}
