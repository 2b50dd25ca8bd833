/** Decides how the due moments of a cron are counted by what became of them, and how the counts read. */

/** How far back views count, ms. */
export const TALLIED_MS = 86_400_000;

/** How the reason of every row begins that was skipped because earlier runs of its trigger were in its way. */
export const OVERLAP = 'overlap:';

/** Counts of due moments. Each is one of `ran`, `waiting`, `skipped`, `missed`, `superseded` and `cancelled`. */
export interface DueTally {
  readonly due: number;
  /** Started, whatever came of it since. */
  readonly ran: number;
  /** Has not started yet. */
  readonly waiting: number;
  readonly skipped: number;
  /** How many of the skipped were so by overlap. */
  readonly overlapped: number;
  readonly missed: number;
  readonly superseded: number;
  /** Cancelled before a start. */
  readonly cancelled: number;
}

/** The counts where nothing was due. */
export const NOTHING_DUE: DueTally = Object.freeze({
  due: 0,
  ran: 0,
  waiting: 0,
  skipped: 0,
  overlapped: 0,
  missed: 0,
  superseded: 0,
  cancelled: 0,
});

/** True where a moment was left out, so that people want to see the counts. */
export function hasLeftOut({ skipped, missed, superseded }: DueTally): boolean {
  return skipped + missed + superseded > 0;
}

/** True for the reason of a row that was skipped by overlap. */
export function isOverlap(reason: string | null): boolean {
  return reason?.startsWith(OVERLAP) === true;
}

/** `due 144, ran 48, skipped 96 (overlap)`: what there is none of is left out, but for the first two. */
export function tallyWords(tally: DueTally): string {
  const { due, ran, waiting, skipped, missed, superseded, cancelled } = tally;
  const others = [
    [waiting, `waiting ${waiting}`],
    [skipped, `skipped ${skipped}${overlapWords(tally)}`],
    [missed, `missed ${missed}`],
    [superseded, `superseded ${superseded}`],
    [cancelled, `cancelled ${cancelled}`],
  ] as const;
  const told = others.flatMap(([count, words]) => (count > 0 ? [words] : []));
  return [`due ${due}`, `ran ${ran}`, ...told].join(', ');
}

function overlapWords({ skipped, overlapped }: DueTally): string {
  if (overlapped === 0) return '';
  return overlapped === skipped ? ' (overlap)' : ` (${overlapped} overlap)`;
}
