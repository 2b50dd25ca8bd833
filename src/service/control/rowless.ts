/** Decides what is said of a trigger that has no row: nothing was due, nothing has been yet, or nothing ever will be. */
import type { Clock } from '../../core/clock.ts';
import { utcDay } from '../../core/day.ts';
import type { DeliveryLedger } from '../../core/delivery-ledger.ts';
import type { TriggerId } from '../../core/ids.ts';
import { countsEarlier } from '../../core/missed.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import { cronIn } from '../../core/snapshot.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { CronState, TriggerLedger } from '../../core/trigger-ledger.ts';
import type { CronTrigger } from '../../core/trigger.ts';
import { isSpent } from '../../scheduler/spent.ts';
import { disabledNote } from './disabled.ts';
import { turnedAway } from './explain.ts';
import type { ShowMoment } from './explain.ts';
import { whyNever } from './never.ts';
import { momentNear, notDue } from './undue.ts';

/** A moment that is asked about may be off by this much, so that `02:00` finds what was due at 02:00:30. */
export const MINUTE_MS = 60_000;

/** What explaining it needs. */
export interface RowlessDeps {
  readonly runs: Pick<RunLedger, 'momentAfter'>;
  readonly deliveries: Pick<DeliveryLedger, 'deliveryCounts'>;
  readonly triggers: Pick<TriggerLedger, 'cronStates'>;
  /** The scheduler's own next moment of a cron: spent one-shots have none, nor has what is switched off. */
  readonly nextOf: (trigger: TriggerId) => number | undefined;
  readonly clock: Clock;
}

/** What is asked about, and has no row. */
export interface Rowless {
  readonly snapshot: Snapshot;
  readonly trigger: TriggerId;
  /** Epoch ms; undefined: whatever was last. */
  readonly at: number | undefined;
  readonly show: ShowMoment;
}

/** The sentence; of a cron it ends with what is to come, or with that it is switched off. */
export async function explainRowless(deps: RowlessDeps, rowless: Rowless): Promise<string> {
  const { snapshot, trigger } = rowless;
  const cron = cronIn(snapshot, trigger);
  if (cron !== undefined) return ofCron(deps, rowless, cron);
  return snapshot.webhooks.has(trigger) ? ofWebhook(deps, rowless) : nothingReceived(rowless);
}

function nothingReceived({ trigger, at, show }: Rowless): string {
  return at === undefined ? nothingYet(trigger) : `${trigger} received nothing at ${show(at)}`;
}

function nothingYet(trigger: TriggerId): string {
  return `${trigger} has not been due or received anything yet`;
}

/** Where something came on the (UTC) day of `at`, else today, and made no run, that is told. */
async function ofWebhook({ deliveries, clock }: RowlessDeps, rowless: Rowless): Promise<string> {
  const { trigger, at, show } = rowless;
  const today = utcDay(clock.now());
  const day = utcDay(at ?? clock.now());
  const counts = await deliveries.deliveryCounts({ trigger, sinceDay: day });
  const told = turnedAway(counts.filter((row) => row.day === day));
  if (told === '') return nothingReceived(rowless);
  const when = at === undefined ? '' : ` at ${show(at)}`;
  return `${trigger} received nothing that ran${when}; ${day === today ? 'today' : `on ${day}`} ${told}`;
}

async function ofCron(deps: RowlessDeps, rowless: Rowless, cron: CronTrigger): Promise<string> {
  const { snapshot, at, show } = rowless;
  const next = deps.nextOf(cron.id);
  const coming = next === undefined ? '' : `; next ${show(next)}`;
  const disabled = disabledNote(snapshot, cron.id);
  const off = disabled === null ? '' : `; ${disabled}`;
  if (at === undefined) return `${await neverOf(deps, cron)}${coming}${off}`;
  const then = momentNear(cron.schedule, { at, withinMs: MINUTE_MS });
  if (then !== undefined) return `${await ofMoment(deps, { ...rowless, then })}${off}`;
  return `${notDue(cron, { at, withinMs: MINUTE_MS, now: deps.clock.now() }, show)}${coming}${off}`;
}

/** That the clock has no fire of it to come, where it has none. */
async function neverOf({ triggers, nextOf, clock }: RowlessDeps, cron: CronTrigger): Promise<string> {
  if (nextOf(cron.id) !== undefined) return nothingYet(cron.id);
  const states = cron.runOnce ? await triggers.cronStates() : new Map<TriggerId, CronState>();
  const never = whyNever(cron, { now: clock.now(), isSpent: isSpent(cron, states.get(cron.id)) });
  switch (never) {
    case null:
      return nothingYet(cron.id);
    case 'never':
      return `${cron.id} never fires: "${cron.schedule.expression}" has no moment to come`;
    case 'at each start':
      return `${nothingYet(cron.id)}; it fires at each start`;
    case 'spent; it fires once':
      return `${cron.id} is ${never}; its row is past retention`;
    default:
      return never satisfies never;
  }
}

interface DueThen extends Rowless {
  readonly then: number;
}

async function ofMoment({ runs, clock }: RowlessDeps, { trigger, then, show }: DueThen): Promise<string> {
  if (then > clock.now()) return `${trigger} is due ${show(then)}: that is still to come`;
  const after = await runs.momentAfter(trigger, then);
  if (after !== undefined && countsEarlier(after.reason))
    return `${trigger} was due ${show(then)}; it is counted with ${after.id}, due ${show(after.dueAt)}: ${after.reason}`;
  return `the ledger holds nothing of ${show(then)}: the trigger was not configured then, or its row is past retention`;
}
