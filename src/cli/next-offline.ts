/** Decides what fires next according to the configuration alone. */
import type { Upcoming } from '../core/control.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronTrigger, Trigger } from '../core/trigger.ts';
import { upcoming } from '../scheduler/upcoming.ts';
import { findTrigger } from '../service/control/lookup.ts';

/** What is asked; the same as of a running service, which also knows what is spent. */
export interface NextQuestion {
  readonly trigger?: string;
  readonly count: number;
  /** Epoch ms. */
  readonly from: number;
}

/** The coming fires of one trigger or of all, merged and in order. Throws `not_found` and `ambiguous`. */
export function nextOf(snapshot: Snapshot, question: NextQuestion): readonly Upcoming[] {
  const asked: readonly Trigger[] =
    question.trigger === undefined ? [...snapshot.crons.values()] : [findTrigger(snapshot, question.trigger)];
  if (!snapshot.enabled) return [];
  return asked
    .flatMap((trigger) => (trigger.kind === 'cron' ? firesOf(trigger, question) : []))
    .sort((a, b) => a.at - b.at)
    .slice(0, question.count);
}

function firesOf(cron: CronTrigger, { from, count }: NextQuestion): readonly Upcoming[] {
  return upcoming(cron.schedule, { fromMs: from, count: cron.runOnce ? 1 : count }).map(
    ({ at, local, note }) => ({
      trigger: cron.id,
      at,
      local,
      note: note ?? null,
    }),
  );
}
