/** Decides which crons `check` names because clock changes make a difference to them, and in which words. */
import type { Issue, Snapshot } from '../core/snapshot.ts';
import type { CronTrigger } from '../core/trigger.ts';
import { oddNights } from '../scheduler/upcoming.ts';
import type { Upcoming } from '../scheduler/upcoming.ts';
import { issuesOf } from './issues.ts';
import type { Loaded } from './loaded.ts';
import { warning } from './problem.ts';
import type { Problem } from './problem.ts';
import { wholeOf } from './whole.ts';

/**
 * A warning for each live cron whose times the clock skips or shows twice in the 12 months after `nowMs`, in the order
 * of the file. Only who asks is told: a start, a reload and `plan` would repeat them with every save.
 */
export async function nightIssues({ snapshot, documents }: Loaded, nowMs: number): Promise<readonly Issue[]> {
  return issuesOf(oddCrons(snapshot, nowMs), wholeOf(documents));
}

function oddCrons({ crons, declaredCrons }: Snapshot, nowMs: number): readonly Problem[] {
  // A file that loads has declared each of its crons, in their order: the place in the one is that in the other.
  return [...declaredCrons.keys()].flatMap((id, index) => {
    const cron = crons.get(id);
    const nights = cron === undefined ? [] : nightsOf(cron, nowMs);
    return nights.length === 0 ? [] : [warning(['triggers', 'crons', index, 'schedule'], inWords(nights))];
  });
}

function nightsOf({ schedule, runOnce }: CronTrigger, nowMs: number): readonly Upcoming[] {
  const nights = oddNights(schedule, { fromMs: nowMs, untilMs: aYearAfter(nowMs) });
  return runOnce ? nights.filter(({ at }) => at === schedule.next(nowMs)) : nights;
}

/** The same moment of the next year; of 29 February, 1 March. */
function aYearAfter(nowMs: number): number {
  const date = new Date(nowMs);
  return date.setUTCFullYear(date.getUTCFullYear() + 1);
}

function inWords(nights: readonly Upcoming[]): string {
  const list = nights.map(({ local, note }) => `${local.slice(0, 16).replace('T', ' ')} (${note})`);
  return `clock changes make a difference: ${list.join(', ')}; another time of day, or timezone = "UTC", avoids them`;
}
