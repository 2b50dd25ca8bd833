/** Decides how the fate of a due moment is told in one sentence. */
import type { Explanation } from '../../core/views.ts';
import { formatDuration } from '../../core/duration.ts';
import type { TriggerId } from '../../core/ids.ts';
import { lateBy, latenessIn } from '../../core/late.ts';
import type { DeliveryCount } from '../../core/delivery-ledger.ts';
import type { Run } from '../../core/run.ts';

/** A moment as the trigger's own clock shows it, e.g. `2026-11-22 02:00 Europe/Berlin`. */
export type ShowMoment = (atMs: number) => string;

/** The explanation of a row of the ledger. */
export function explainRun(run: Run, show: ShowMoment): Explanation {
  const due = `due ${show(run.dueAt)}`;
  return {
    trigger: run.trigger,
    dueAt: run.dueAt,
    state: run.state,
    reason: run.reason,
    sentence: `${due}; ${fate(run, show)}`,
    runId: run.id,
  };
}

/** The explanation where the ledger has no row. */
export function explainNothing(trigger: TriggerId, dueAt: number | null, why: string): Explanation {
  return { trigger, dueAt, state: 'never', reason: why, sentence: why, runId: null };
}

/** `6 filtered (event is not in event_filter), 2 unauthorized`: what made no run, each with its last reason; else ''. */
export function turnedAway(counts: readonly DeliveryCount[]): string {
  const byVerdict = Map.groupBy(
    counts.filter(({ verdict }) => verdict !== 'accepted'),
    ({ verdict }) => verdict,
  );
  return [...byVerdict].map(([verdict, rows]) => `${timesOf(rows)} ${verdict}${lastReason(rows)}`).join(', ');
}

function timesOf(rows: readonly DeliveryCount[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

function lastReason(rows: readonly DeliveryCount[]): string {
  const last = rows.reduce((a, b) => (b.lastAt > a.lastAt ? b : a));
  return last.reason === null ? '' : ` (${last.reason})`;
}

function fate(run: Run, show: ShowMoment): string {
  const because = run.reason === null ? '' : `: ${run.reason}`;
  switch (run.state) {
    case 'succeeded':
      return `ran ${lateness(run)} and succeeded${took(run)}${besidesLateness(run.reason)}`;
    case 'failed':
      return run.startedAt === null
        ? `failed${because}`
        : `ran ${lateness(run)} and failed${took(run)}${besidesLateness(run.reason)}`;
    case 'cancelled':
      return run.startedAt === null ? `cancelled before it ran${because}` : `cancelled${took(run)}${because}`;
    case 'running':
      return `running since ${show(run.startedAt ?? run.admittedAt)}${because}`;
    case 'queued':
      return `waiting for a free place since ${show(run.admittedAt)}${because}`;
    case 'scheduled':
      return `has not run yet${because}`;
    case 'skipped':
    case 'missed':
    case 'superseded':
      return `not run (${run.state})${because}`;
    default:
      return run.state satisfies never;
  }
}

/** The reason without how late it was: the sentence says that already. */
function besidesLateness(reason: string | null): string {
  const rest = (reason ?? '').slice(latenessIn(reason).length).replace(/^: /, '');
  return rest === '' ? '' : `: ${rest}`;
}

function lateness(run: Run): string {
  const lateMs = (run.startedAt ?? run.dueAt) - run.dueAt;
  if (lateMs < 1_000) return 'on time';
  // A delivery was due at no time but its own: it may have waited for newer ones, as it was told to.
  return run.source === 'webhook' ? `${formatDuration(lateMs)} after it came` : lateBy(lateMs);
}

function took(run: Run): string {
  if (run.startedAt === null || run.endedAt === null) return '';
  const attempts = run.attempts.length > 1 ? `, ${run.attempts.length} attempts` : '';
  return ` after ${formatDuration(run.endedAt - run.startedAt)}${attempts}`;
}
