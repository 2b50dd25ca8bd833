/** Decides what fires next: of one cron or of all, as the snapshot has them. */
import type { Upcoming } from '../../core/views.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { Pause } from '../../core/trigger-ledger.ts';
import { asTriggerId, triggerId } from '../../core/ids.ts';
import { cronIn } from '../../core/snapshot.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { CronTrigger } from '../../core/trigger.ts';
import { upcoming } from '../../scheduler/upcoming.ts';
import { pauseNote } from './held.ts';
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
  /** Those in force, which are noted beside the fires that they will hold; by default none. */
  readonly pauses?: readonly Pause[];
}

/**
 * The coming fires, soonest first; none of what is switched off. A name means the cron of that name, whatever
 * webhook shares it; a webhook has none to come. Throws `not_found`.
 */
export function nextFires(snapshot: Snapshot, query: NextQuery): readonly Upcoming[] {
  const { trigger, isArmed = () => true } = query;
  const asked = trigger === undefined ? [...snapshot.crons.values()] : cronsNamed(snapshot, trigger);
  const armed = asked.filter(({ id }) => snapshot.crons.has(id) && isArmed(id));
  return soonest(
    nearest(armed, query).flatMap((cron) => firesOf(cron, query)),
    query.count,
  );
}

/**
 * The `count` crons whose first fire is soonest, in their order: no other can be in the answer, and to put into words
 * what is in none would hold up everything else where there are very many.
 */
function nearest(crons: readonly CronTrigger[], { from, count }: NextQuery): readonly CronTrigger[] {
  const firsts = crons.flatMap((cron) => {
    const at = cron.schedule.next(from);
    return at === undefined ? [] : [{ cron, at }];
  });
  const kept = new Set(soonest(firsts, count).map(({ cron }) => cron));
  return crons.filter((cron) => kept.has(cron));
}

/** Those at one moment stay in their order. */
function soonest<Fire extends { readonly at: number }>(
  fires: readonly Fire[],
  count: number,
): readonly Fire[] {
  return fires.toSorted((a, b) => a.at - b.at).slice(0, count);
}

function cronsNamed(snapshot: Snapshot, name: string): readonly CronTrigger[] {
  const cron = cronNamed(snapshot, name);
  if (cron !== undefined) return [cron];
  findTrigger(snapshot, name);
  return [];
}

/** The cron that a full name or an own id means, switched on or off. */
export function cronNamed(snapshot: Snapshot, name: string): CronTrigger | undefined {
  return cronIn(snapshot, asTriggerId(name) ?? triggerId('cron', name));
}

function firesOf(cron: CronTrigger, { from, count, pauses = [] }: NextQuery): readonly Upcoming[] {
  const fires = upcoming(cron.schedule, { fromMs: from, count: cron.runOnce ? 1 : count });
  const { expression, zone } = cron.schedule;
  return fires.map(({ at, local, note }) => {
    const notes = [note, pauseNote({ trigger: cron.id, at, zone }, pauses)];
    const told = notes.filter((one) => one !== undefined && one !== null).join('; ');
    return { trigger: cron.id, at, local, expression, zone, note: told === '' ? null : told };
  });
}
