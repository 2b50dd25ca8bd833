/** Decides what is different between two configurations: triggers by identity, settings by the keys that wait for a restart. */
import type { TriggerId } from '../core/ids.ts';
import { triggerIn } from '../core/snapshot.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronTrigger, Trigger, WebhookTrigger } from '../core/trigger.ts';
import { unmatched } from '../core/unmatched.ts';
import type { Unmatched } from '../core/unmatched.ts';
import type { Loaded } from './loaded.ts';

/** Triggers that came, went and changed, in the order of the files. */
export interface TriggerDifference {
  readonly added: readonly TriggerId[];
  readonly removed: readonly TriggerId[];
  readonly modified: readonly TriggerId[];
}

/**
 * Compares two snapshots of one process: a trigger that did not change is the same object in both. Without `previous`
 * all are new.
 */
export function diffTriggers(next: Snapshot, previous: Snapshot | undefined): TriggerDifference {
  // A cron that is switched off or on again is in the file all the same.
  const switched = (id: TriggerId): boolean =>
    next.declaredCrons.has(id) && (previous?.declaredCrons.has(id) ?? false);
  const came: TriggerId[] = [];
  const other: TriggerId[] = [];
  const rest = unmatchedTriggers(next, previous);
  for (const trigger of rest.next) {
    const before = previous && triggerIn(previous, trigger.id);
    if (before === undefined) came.push(trigger.id);
    else if (before !== trigger) other.push(trigger.id);
  }
  const gone = rest.previous.map(({ id }) => id).filter((id) => triggerIn(next, id) === undefined);
  return {
    added: came.filter((id) => !switched(id)),
    removed: gone.filter((id) => !switched(id)),
    modified: [...other, ...came.filter(switched), ...gone.filter(switched)],
  };
}

/** Paths of webhooks that answer in `next` and did not before, and the other way round. */
export function diffRoutes(
  next: Snapshot,
  previous: Snapshot | undefined,
): { readonly opened: readonly string[]; readonly closed: readonly string[] } {
  const now = routesOf(next);
  const before = previous === undefined ? new Set<string>() : routesOf(previous);
  return { opened: [...now.difference(before)], closed: [...before.difference(now)] };
}

/** While everything is switched off, no path answers. */
function routesOf({ enabled, routes }: Snapshot): ReadonlySet<string> {
  return new Set(enabled ? routes.keys() : []);
}

/** The value of every key whose class in the schema is `restart`. */
export const restartKeys = {
  'store.url': ({ boot }: Loaded) => (boot.store.kind === 'sqlite' ? boot.store.file : boot.store.kind),
} as const satisfies Record<string, (loaded: Loaded) => unknown>;

/** Keys that are not what the process was started with, and take effect when it is started again. */
export function needRestart(next: Loaded, booted: Loaded): readonly string[] {
  return Object.entries(restartKeys).flatMap(([key, valueOf]) =>
    valueOf(next) === valueOf(booted) ? [] : [key],
  );
}

function unmatchedTriggers(next: Snapshot, previous: Snapshot | undefined): Unmatched<Trigger> {
  const crons = unmatched(next.crons, previous?.crons ?? new Map<TriggerId, CronTrigger>());
  const webhooks = unmatched(next.webhooks, previous?.webhooks ?? new Map<TriggerId, WebhookTrigger>());
  return {
    next: [...crons.next, ...webhooks.next],
    previous: [...crons.previous, ...webhooks.previous],
  };
}
