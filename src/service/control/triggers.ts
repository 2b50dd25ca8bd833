/** Decides how a trigger is shown: its schedule in words, when it is due next, how it went last, and what holds it. */
import type { TriggerView } from '../../core/views.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { Pause, RunLedger } from '../../core/ledger.ts';
import { toldChat } from '../../core/message.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Trigger } from '../../core/trigger.ts';
import { describeCron } from '../../triggers/describe.ts';
import { findTrigger } from './lookup.ts';

/** What views of triggers are made from. */
export interface TriggerViewDeps {
  readonly current: () => Snapshot;
  readonly runs: RunLedger;
  readonly nextOf: (trigger: TriggerId) => number | undefined;
  readonly pausesNow: () => readonly Pause[];
}

/** See `Control.triggers`. */
export function viewTriggers(
  deps: TriggerViewDeps,
  filter: { readonly chat?: string; readonly trigger?: string },
): Promise<readonly TriggerView[]> {
  const snapshot = deps.current();
  const found =
    filter.trigger === undefined
      ? [...snapshot.crons.values(), ...snapshot.webhooks.values()]
      : [findTrigger(snapshot, filter.trigger)];
  const asked = found.filter(
    (trigger) => filter.chat === undefined || toldChat(trigger.spec) === filter.chat,
  );
  return Promise.all(asked.map((trigger) => viewOf(trigger, deps)));
}

async function viewOf(trigger: Trigger, { runs, nextOf, pausesNow }: TriggerViewDeps): Promise<TriggerView> {
  const [last] = await runs.list({ trigger: trigger.id, limit: 1 });
  const pauses = pausesNow();
  const own = pauses.find((one) => one.trigger === trigger.id);
  return {
    id: trigger.id,
    words: wordsOf(trigger),
    zone: trigger.kind === 'cron' ? trigger.schedule.zone : null,
    nextAt: nextOf(trigger.id) ?? null,
    last:
      last === undefined ? null : { id: last.id, state: last.state, reason: last.reason, dueAt: last.dueAt },
    pause: own ?? pauses.find((one) => one.trigger === undefined) ?? null,
    chat: toldChat(trigger.spec),
  };
}

function wordsOf(trigger: Trigger): string {
  return trigger.kind === 'cron'
    ? describeCron(trigger.schedule.expression, trigger.schedule.zone)
    : trigger.path;
}
