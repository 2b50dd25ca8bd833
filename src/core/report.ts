/** Decides which requests about a run the service owes the outside, from what its spec asks for and what became of it. */
import type { RunId, TriggerId } from './ids.ts';
import type { ReportKind, ReportTarget, ReportTargets } from './report-target.ts';
import type { RunSource, RunState } from './run.ts';
import { isTerminal } from './run.ts';

/** What became of a run; times are epoch ms. */
export interface RunFacts {
  readonly run: RunId;
  readonly trigger: TriggerId;
  /** The configured trigger that it runs for, see `RunSpec.trigger`. */
  readonly lane: TriggerId;
  readonly source: RunSource;
  readonly state: RunState;
  readonly reason: string | null;
  /** Of its last attempt. */
  readonly exitCode: number | null;
  /** Number of its last attempt; 0: it never began. */
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** One request that is owed, complete but for the run's output, whatever becomes of the run's row. */
export interface Report extends ReportTarget {
  readonly kind: ReportKind;
  readonly facts: RunFacts;
}

/**
 * The requests that a run owes when it has come to this state. Without an end a monitor takes a run that has begun for
 * failed (https://healthchecks.io/docs/measuring_script_run_time/): so a run that was cancelled under way tells a
 * failure, and one that never began pings nothing. A callback tells every end.
 */
export function owedReports(targets: ReportTargets | undefined, facts: RunFacts): readonly Report[] {
  if (targets === undefined) return [];
  return kindsOf(facts).flatMap((kind) => {
    const target = targets[kind];
    return target === undefined ? [] : [{ ...target, kind, facts }];
  });
}

function kindsOf({ state, attempt }: RunFacts): readonly ReportKind[] {
  if (state === 'running') return attempt === 1 ? ['start'] : [];
  if (!isTerminal(state)) return [];
  if (attempt === 0) return ['callback'];
  return [state === 'succeeded' ? 'success' : 'failure', 'callback'];
}

// Callbacks of one trigger are sent in so many lanes side by side; a run's id ends in a random digit of sixteen.
const RANDOM_DIGIT = -1;

/** Reports of one lane are sent one after the other: the pings of a trigger, or a sixteenth of its callbacks. */
export function laneOf({ kind, facts: { lane, run } }: Report): string {
  return kind === 'callback' ? `callback ${lane} ${run.slice(RANDOM_DIGIT)}` : `ping ${lane}`;
}

/**
 * True when a ping that could not be sent need not be tried again, since a later one of its trigger says more: an end
 * outdates what came before it, a start only an earlier start. A callback is outdated by nothing.
 */
export function isOutdatedBy(kind: ReportKind, later: ReportKind): boolean {
  if (kind === 'callback' || later === 'callback') return false;
  return later !== 'start' || kind === 'start';
}
