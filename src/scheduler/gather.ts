/** Decides what one tick brings together: the due moments of all due crons, and what is told of those that were missed. */
import type { Admission } from '../core/admission.ts';
import type { TriggerId } from '../core/ids.ts';
import type { FoundBatch, FoundMissed } from '../core/missed.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronTrigger } from '../core/trigger.ts';
import { isReboot } from './schedule.ts';
import { standstill, tickCron } from './tick.ts';
import type { TickFacts, Ticked } from './tick.ts';

/** A cron whose moment has come. */
export interface DueCron {
  readonly trigger: TriggerId;
  /** Epoch ms. */
  readonly at: number;
}

/** A cron whose schedule or rules met a fault, which is ours: it is not due again until a swap. */
export interface Faulty {
  readonly trigger: TriggerId;
  readonly error: unknown;
}

/** What a tick comes to. */
export interface Gathered {
  readonly admissions: readonly Admission[];
  /** The next moment of each cron that was due; undefined: it has none. */
  readonly next: ReadonlyMap<TriggerId, number | undefined>;
  readonly missed: FoundBatch | undefined;
  readonly faulty: readonly Faulty[];
}

/** Every cron of the file, those that are switched off too: their moments are accounted for as well. */
export function* everyCron({ crons, idleCrons }: Snapshot): Generator<CronTrigger> {
  yield* crons.values();
  yield* idleCrons.values();
}

/** The cron of that id, switched on or off. */
export function cronIn({ crons, idleCrons }: Snapshot, id: TriggerId): CronTrigger | undefined {
  return crons.get(id) ?? idleCrons.get(id);
}

/** The admissions of all that is due, those of `@reboot` in the first tick of a life included. */
export function gather(due: readonly DueCron[], snapshot: Snapshot, facts: TickFacts): Gathered {
  const admissions: Admission[] = [];
  const missed: FoundMissed[] = [];
  const next = new Map<TriggerId, number | undefined>();
  const faulty: Faulty[] = [];
  for (const { trigger, at } of due) {
    const cron = cronIn(snapshot, trigger);
    if (cron === undefined) continue;
    const ticked = tickedOrNot(cron, at, facts);
    if ('error' in ticked) {
      faulty.push({ trigger, error: ticked.error });
      continue;
    }
    for (const admission of ticked.admissions) admissions.push(admission);
    if (ticked.missed !== undefined) missed.push(ticked.missed);
    next.set(trigger, ticked.next);
  }
  const all = [...admissions, ...reboots(snapshot, facts)];
  return { admissions: all, next, missed: batchOf(missed, facts), faulty };
}

/** What one cron brings; a fault in it must not keep the others from their moments. */
function tickedOrNot(cron: CronTrigger, at: number, facts: TickFacts): Ticked | { readonly error: unknown } {
  try {
    return tickCron(cron, at, facts);
  } catch (error) {
    return { error };
  }
}

function reboots({ crons }: Snapshot, facts: TickFacts): readonly Admission[] {
  if (facts.opening === undefined) return [];
  const atStart = [...crons.values()].filter((cron) => isReboot(cron.schedule));
  return atStart.flatMap((cron) => tickCron(cron, facts.now, { ...facts, opening: undefined }).admissions);
}

function batchOf(triggers: readonly FoundMissed[], { opening, now }: TickFacts): FoundBatch | undefined {
  if (triggers.length === 0) return undefined;
  const firstDueAt = triggers.reduce((first, one) => Math.min(first, one.firstDueAt), now);
  const never = opening?.noCatchUp === undefined ? '' : `; nothing is made up: ${opening.noCatchUp}`;
  return { at: now, why: `${opening?.why ?? standstill(now - firstDueAt)}${never}`, triggers };
}
