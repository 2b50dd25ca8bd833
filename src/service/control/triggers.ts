/** Decides how a trigger is shown: its schedule in words, when it is due next, how it went last, and what holds it. */
import type { Clock } from '../../core/clock.ts';
import type { TriggerView } from '../../core/views.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import type { CronState, Pause, TriggerLedger } from '../../core/trigger-ledger.ts';
import { toldChat } from '../../core/message.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { DueTally } from '../../core/tally.ts';
import { hasLeftOut, TALLIED_MS } from '../../core/tally.ts';
import type { Trigger } from '../../core/trigger.ts';
import { isSpent } from '../../scheduler/spent.ts';
import { scheduleWords } from '../schedule-words.ts';
import { disabledNote } from './disabled.ts';
import { pauseOver } from './held.ts';
import { findTrigger } from './lookup.ts';
import { whyNever } from './never.ts';

/** What views of triggers are made from. */
export interface TriggerViewDeps {
  readonly current: () => Snapshot;
  readonly runs: RunLedger;
  readonly triggers: Pick<TriggerLedger, 'cronStates'>;
  /** The scheduler's own next moment of a cron: spent one-shots have none, nor has what is switched off. */
  readonly nextOf: (trigger: TriggerId) => number | undefined;
  readonly pausesNow: () => readonly Pause[];
  readonly clock: Clock;
}

/** See `Control.triggers`. */
export async function viewTriggers(
  deps: TriggerViewDeps,
  filter: { readonly chat?: string; readonly trigger?: string },
): Promise<readonly TriggerView[]> {
  const snapshot = deps.current();
  const found =
    filter.trigger === undefined
      ? [...snapshot.crons.values(), ...snapshot.webhooks.values(), ...snapshot.idleCrons.values()]
      : [findTrigger(snapshot, filter.trigger)];
  const asked = found.filter(
    (trigger) => filter.chat === undefined || toldChat(trigger.spec) === filter.chat,
  );
  const states = await statesOf(asked, deps);
  return Promise.all(asked.map((trigger) => viewOf(trigger, { ...deps, snapshot, states })));
}

type States = ReadonlyMap<TriggerId, CronState>;

/** Read where one of them fires once and has nothing to come: it may be spent. */
async function statesOf(
  asked: readonly Trigger[],
  { triggers, nextOf }: Pick<TriggerViewDeps, 'triggers' | 'nextOf'>,
): Promise<States> {
  const mayBeSpent = (one: Trigger): boolean =>
    one.kind === 'cron' && one.runOnce && nextOf(one.id) === undefined;
  return asked.some(mayBeSpent) ? triggers.cronStates() : new Map();
}

async function viewOf(
  trigger: Trigger,
  deps: TriggerViewDeps & { readonly snapshot: Snapshot; readonly states: States },
): Promise<TriggerView> {
  const { snapshot, runs, nextOf, pausesNow, clock } = deps;
  const [last] = await runs.list({ trigger: trigger.id, limit: 1 });
  const never = neverOf(trigger, deps);
  return {
    id: trigger.id,
    words: wordsOf(trigger, never),
    zone: trigger.kind === 'cron' ? trigger.schedule.zone : null,
    nextAt: nextOf(trigger.id) ?? null,
    never,
    disabled: disabledNote(snapshot, trigger.id),
    last:
      last === undefined ? null : { id: last.id, state: last.state, reason: last.reason, dueAt: last.dueAt },
    pause: pauseOver({ trigger: trigger.id, at: clock.now() }, pausesNow()) ?? null,
    lately: await latelyOf(trigger, deps),
    chat: toldChat(trigger.spec),
  };
}

/** Only crons have due moments, and only where some were left out are the counts told. */
async function latelyOf(
  { kind, id }: Trigger,
  { runs, clock }: Pick<TriggerViewDeps, 'runs' | 'clock'>,
): Promise<DueTally | null> {
  if (kind !== 'cron') return null;
  const tally = await runs.tally(id, clock.now() - TALLIED_MS);
  return hasLeftOut(tally) ? tally : null;
}

function neverOf(
  trigger: Trigger,
  { nextOf, states, clock }: Pick<TriggerViewDeps, 'nextOf' | 'clock'> & { readonly states: States },
): string | null {
  if (trigger.kind !== 'cron' || nextOf(trigger.id) !== undefined) return null;
  return whyNever(trigger, { now: clock.now(), isSpent: isSpent(trigger, states.get(trigger.id)) });
}

/** What never fires is shown as written: in words it would name a time. */
function wordsOf(trigger: Trigger, never: string | null): string {
  if (trigger.kind === 'webhook') return trigger.path;
  const { expression, zone } = trigger.schedule;
  return never === 'never' ? expression : scheduleWords({ expression, zone, seed: trigger.id });
}
