/** Decides what fires next: of one cron or of all, as the snapshot has them. */
import type { Upcoming } from '../../core/views.ts';
import type { TriggerId } from '../../core/ids.ts';
import { asTriggerId, triggerId } from '../../core/ids.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { CronTrigger } from '../../core/trigger.ts';
import { upcoming } from '../../scheduler/upcoming.ts';
import { findTrigger } from './lookup.ts';

/** What is asked. */
export interface NextQuery {
  /** A full name or an own id; undefined: all crons, merged. */
  readonly trigger?: string;
  /** Most fires in the answer. */
  readonly count: number;
  /** Epoch ms; fires after it. */
  readonly from: number;
  /** False for a cron that will not fire again (a spent one-shot); by default every cron will. */
  readonly isArmed?: (cron: TriggerId) => boolean;
}

/**
 * The coming fires, soonest first; none while everything is switched off. A name means the cron of that name, whatever
 * webhook shares it; a webhook has none to come. Throws `not_found`.
 */
export function nextFires(snapshot: Snapshot, query: NextQuery): readonly Upcoming[] {
  const { trigger, count, from, isArmed = () => true } = query;
  const asked = trigger === undefined ? [...snapshot.crons.values()] : cronsNamed(snapshot, trigger);
  if (!snapshot.enabled) return [];
  return asked
    .filter(({ id }) => isArmed(id))
    .flatMap((cron) => firesOf(cron, { from, count }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count);
}

function cronsNamed(snapshot: Snapshot, name: string): readonly CronTrigger[] {
  const cron = snapshot.crons.get(asTriggerId(name) ?? triggerId('cron', name));
  if (cron !== undefined) return [cron];
  findTrigger(snapshot, name);
  return [];
}

function firesOf(cron: CronTrigger, { from, count }: NextQuery): readonly Upcoming[] {
  const fires = upcoming(cron.schedule, { fromMs: from, count: cron.runOnce ? 1 : count });
  const { expression, zone } = cron.schedule;
  return fires.map(({ at, local, note }) => ({
    ...{ trigger: cron.id, at, local, expression, zone },
    note: note ?? null,
  }));
}
