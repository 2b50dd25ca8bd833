/** Decides why something did or did not run: its row explains itself, and where there is none, what is known does. */
import type { Clock } from '../../core/clock.ts';
import type { TriggerId } from '../../core/ids.ts';
import type { DeliveryLedger } from '../../core/delivery-ledger.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import type { Run } from '../../core/run.ts';
import { cronIn } from '../../core/snapshot.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { isOverlap, tallyWords, TALLIED_MS } from '../../core/tally.ts';
import type { CronTrigger } from '../../core/trigger.ts';
import type { Explanation } from '../../core/views.ts';
import { utcDay } from '../../core/day.ts';
import { showMoment } from '../../scheduler/show.ts';
import { explainNothing, explainRun, turnedAway } from './explain.ts';
import { notDue } from './undue.ts';
import { findTrigger, triggerIdsOf } from './lookup.ts';
import { DISABLED } from './never.ts';

/** A moment that is asked about may be off by this much, so that `02:00` finds what was due at 02:00:30. */
const MINUTE_MS = 60_000;

/** What explaining needs. */
export interface WhyDeps {
  readonly current: () => Snapshot;
  readonly runs: RunLedger;
  readonly deliveries: Pick<DeliveryLedger, 'deliveryCounts'>;
  /** The scheduler's own next moment of a cron: spent one-shots have none. */
  readonly nextOf: (trigger: TriggerId) => number | undefined;
  readonly clock: Clock;
}

/** See `Control.why`. */
export async function explain(
  deps: WhyDeps,
  query: { readonly trigger: string; readonly at?: number },
): Promise<Explanation> {
  const snapshot = deps.current();
  const ids = triggerIdsOf(query.trigger);
  const until = query.at === undefined ? deps.clock.now() : query.at + MINUTE_MS - 1;
  const found = await Promise.all(ids.map((id) => deps.runs.occurrence(id, until)));
  const [row] = found.filter((run) => run !== undefined).sort((a, b) => b.dueAt - a.dueAt);
  const trigger = row === undefined ? findTrigger(snapshot, query.trigger).id : row.trigger;
  const cron = cronIn(snapshot, trigger);
  const zone = cron?.schedule.zone ?? snapshot.defaults.zone;
  const show = (at: number): string => showMoment(at, zone);
  const isThatMoment = row !== undefined && (query.at === undefined || row.dueAt >= query.at - MINUTE_MS);
  if (isThatMoment) {
    const told = explainRun(row, show);
    return { ...told, sentence: `${told.sentence}${await overlapsLately(deps, row)}` };
  }
  const quiet = { trigger, cron, at: query.at, show, refused: await refusedOn(deps, trigger, query.at) };
  const off = snapshot.idleCrons.has(trigger) ? `; ${DISABLED}` : '';
  return explainNothing(trigger, query.at ?? null, `${silence(deps, quiet)}${off}`);
}

/**
 * How it went with the trigger's other moments of the last 24 h, behind what is said of one that was skipped by overlap:
 * a job that is slower than its interval shows in numbers. Empty for any other row, and for an older one.
 */
async function overlapsLately({ runs, clock }: WhyDeps, row: Run): Promise<string> {
  const since = clock.now() - TALLIED_MS;
  if (row.state !== 'skipped' || !isOverlap(row.reason) || row.dueAt < since) return '';
  return `; in 24h ${tallyWords(await runs.tally(row.trigger, since))}`;
}

/** What of the webhook came on the (UTC) day of `at`, else today, and made no run; empty where nothing did. */
async function refusedOn(
  { deliveries, current, clock }: WhyDeps,
  trigger: TriggerId,
  at: number | undefined,
): Promise<string> {
  if (!current().webhooks.has(trigger)) return '';
  const today = utcDay(clock.now());
  const day = utcDay(at ?? clock.now());
  const counts = await deliveries.deliveryCounts({ trigger, sinceDay: day });
  const told = turnedAway(counts.filter((row) => row.day === day));
  return told === '' ? '' : `; ${day === today ? 'today' : `on ${day}`} ${told}`;
}

interface Silence {
  readonly trigger: TriggerId;
  readonly cron: CronTrigger | undefined;
  readonly at: number | undefined;
  readonly show: (at: number) => string;
  readonly refused: string;
}

/** Why there is no row: nothing was due, nothing has been yet, or nothing ever will be. */
function silence(deps: WhyDeps, { trigger, cron, at, show, refused }: Silence): string {
  // The moments of one that is switched off come, and none of them is a fire.
  const next = deps.current().crons.has(trigger) ? deps.nextOf(trigger) : undefined;
  const coming = next === undefined ? '' : `; next ${show(next)}`;
  if (refused !== '')
    return `${trigger} received nothing that ran${at === undefined ? '' : ` at ${show(at)}`}${refused}`;
  if (at === undefined) return `${trigger} has not been due or received anything yet${coming}`;
  if (cron === undefined) return `${trigger} received nothing at ${show(at)}`;
  const dueThen = cron.schedule.next(at - MINUTE_MS);
  if (dueThen === undefined || dueThen > at + MINUTE_MS)
    return `${notDue(cron, { at, withinMs: MINUTE_MS, now: deps.clock.now() }, show)}${coming}`;
  if (dueThen > deps.clock.now()) return `${trigger} is due ${show(dueThen)}: that is still to come`;
  return `the ledger holds nothing of ${show(dueThen)}: the trigger was not configured then, or its row is past retention`;
}
