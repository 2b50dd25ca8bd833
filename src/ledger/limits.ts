/** Decides what becomes of an admission when its trigger has rows that live already. */
import type { Admission } from '../core/admission.ts';
import type { QueueCounts } from '../core/run-ledger.ts';
import type { RunId } from '../core/ids.ts';
import { OVERLAP } from '../core/tally.ts';

/**
 * `take` as asked, with at most `keep` waiting and `keepHeld` held (absent: any number); record as `skip`ped, or `refuse`
 * without a trace.
 */
export type LimitVerdict =
  | { readonly kind: 'take'; readonly keep?: number; readonly keepHeld?: number }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'refuse'; readonly waiting: number };

const TAKE = Object.freeze({ kind: 'take' } as const);
const TAKE_OVER = Object.freeze({ kind: 'take', keep: 1 } as const);

/** Applies the admission's limit to what its trigger has now. A row born finished takes no place, so none is checked. */
export function limitVerdict({ state, limit }: Admission, lane: QueueCounts): LimitVerdict {
  if (state === 'missed' || state === 'skipped') return TAKE;
  switch (limit.kind) {
    case 'none':
      return TAKE;
    case 'replace':
      return TAKE_OVER;
    case 'newest':
      return { kind: 'take', keep: limit.keep };
    case 'held':
      return { kind: 'take', keepHeld: limit.keep };
    case 'waiting':
      return within(limit.max, lane.queued);
    case 'pending':
      return within(limit.max, lane.queued + lane.scheduled);
    case 'live':
      return lane.running + lane.queued + lane.scheduled < limit.max
        ? TAKE
        : { kind: 'skip', reason: overlapReason(lane) };
  }
}

/** The reason on a row that another one replaced; why it was held is still worth knowing. */
export function supersededReason(successor: RunId, held: string | null = null): string {
  return `${held === null ? '' : `${held}: `}superseded by ${successor}`;
}

/** The oldest of those that wait (oldest first), so that there is room for one more among `keep`. */
export function beyondNewest<Row>(waiting: readonly Row[], keep: number): readonly Row[] {
  return waiting.slice(0, Math.max(0, waiting.length - (keep - 1)));
}

function within(max: number, waiting: number): LimitVerdict {
  return waiting < max ? TAKE : { kind: 'refuse', waiting };
}

function overlapReason({ running, queued, scheduled }: QueueCounts): string {
  return `${OVERLAP} ${running} running, ${queued + scheduled} waiting`;
}
