/** Decides what one tick brings together: the due moments of all due crons, and what is told of those that were missed. */
import type { Admission } from '../core/admission.ts';
import type { TriggerId } from '../core/ids.ts';
import type { FoundBatch, FoundMissed } from '../core/missed.ts';
import { cronIn } from '../core/snapshot.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronTrigger } from '../core/trigger.ts';
import { isReboot } from './schedule.ts';
import { standstill } from './late.ts';
import { mostRowsEach } from './moments.ts';
import { tickCron } from './tick.ts';
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

/** The admissions of all that is due, those of `@reboot` in the first tick of a life included. */
export function gather(
  due: readonly DueCron[],
  snapshot: Snapshot,
  facts: Omit<TickFacts, 'mostRows'>,
): Gathered {
  const all: Gathering = { admissions: [], missed: [], next: new Map(), faulty: [] };
  const bounded = { ...facts, mostRows: mostRowsEach(due.length) };
  for (const { trigger, at } of due) {
    const cron = cronIn(snapshot, trigger);
    const ticked = cron && take(cron, { at, facts: bounded, all });
    if (ticked !== undefined) all.next.set(trigger, ticked.next);
  }
  const opened = { ...bounded, opening: undefined };
  for (const cron of facts.opening === undefined ? [] : snapshot.crons.values())
    if (isReboot(cron.schedule)) take(cron, { at: facts.now, facts: opened, all });
  return { ...all, missed: batchOf(all.missed, facts) };
}

interface Gathering {
  readonly admissions: Admission[];
  readonly missed: FoundMissed[];
  readonly next: Map<TriggerId, number | undefined>;
  readonly faulty: Faulty[];
}

/** What one cron brings; a fault in it must not keep the others from their moments. */
function take(
  cron: CronTrigger,
  { at, facts, all }: { readonly at: number; readonly facts: TickFacts; readonly all: Gathering },
): Ticked | undefined {
  try {
    const ticked = tickCron(cron, at, facts);
    for (const admission of ticked.admissions) all.admissions.push(admission);
    if (ticked.missed !== undefined) all.missed.push(ticked.missed);
    return ticked;
  } catch (error) {
    all.faulty.push({ trigger: cron.id, error });
    return undefined;
  }
}

function batchOf(
  triggers: readonly FoundMissed[],
  { opening, now }: Pick<TickFacts, 'opening' | 'now'>,
): FoundBatch | undefined {
  if (triggers.length === 0) return undefined;
  const firstDueAt = triggers.reduce((first, one) => Math.min(first, one.firstDueAt), now);
  const never = opening?.noCatchUp === undefined ? '' : `; nothing is made up: ${opening.noCatchUp}`;
  return { at: now, why: `${opening?.why ?? standstill(now - firstDueAt)}${never}`, triggers };
}
