/** Decides why something did or did not run: its row explains itself, and where there is none, what is known does. */
import type { TriggerId } from '../../core/ids.ts';
import { splitTriggerId } from '../../core/ids.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import type { Run } from '../../core/run.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { isOverlap, tallyWords, TALLIED_MS } from '../../core/tally.ts';
import type { Pause } from '../../core/trigger-ledger.ts';
import type { Explanation } from '../../core/views.ts';
import { showMoment } from '../../scheduler/show.ts';
import { explainNothing, explainRun } from './explain.ts';
import type { ShowMoment } from './explain.ts';
import { endsAfter, pauseOver, pauseWords } from './held.ts';
import { findTrigger, triggerIdsOf, triggersNamed, zoneOf } from './lookup.ts';
import { explainRowless, MINUTE_MS } from './rowless.ts';
import type { Rowless, RowlessDeps } from './rowless.ts';

/** What explaining needs. */
export interface WhyDeps extends RowlessDeps {
  readonly current: () => Snapshot;
  readonly runs: RunLedger;
  readonly pausesNow: () => readonly Pause[];
}

interface Question {
  readonly trigger: string;
  readonly at?: number;
}

/** See `Control.why`. */
export async function explain(deps: WhyDeps, query: Question): Promise<Explanation> {
  const snapshot = deps.current();
  const row = await rowOf(deps, query);
  const trigger = row === undefined ? findTrigger(snapshot, query.trigger).id : row.trigger;
  const zone = zoneOf(snapshot, query.trigger);
  const show = (at: number): string => showMoment(at, zone);
  const pauseOf = (id: TriggerId): Pause | undefined =>
    pauseOver({ trigger: id, at: deps.clock.now() }, deps.pausesNow());
  const told = isMeant(row, query)
    ? await explainRow(deps, row, { show, isHeld: waitsForEnd(snapshot, row, pauseOf(trigger)) })
    : await explainMissing(deps, { snapshot, trigger, at: query.at, show });
  const pause = pauseOf(askedAbout(snapshot, trigger, query.trigger));
  if (pause === undefined) return told;
  return { ...told, sentence: `${told.sentence}; now ${pauseWords(pause, zone)}` };
}

/** The last row of `nightly` may be of `manual:nightly`, which nothing pauses: it is the cron that is asked about. */
function askedAbout(snapshot: Snapshot, trigger: TriggerId, name: string): TriggerId {
  const named = triggersNamed(snapshot, name).map(({ id }) => id);
  return named.includes(trigger) ? trigger : (named[0] ?? trigger);
}

/** The row of what is named that was due at exactly that time, else the last one by the end of that minute, or by now. */
async function rowOf({ runs, clock }: WhyDeps, { trigger, at }: Question): Promise<Run | undefined> {
  if (at === undefined) return lastDue(runs, trigger, clock.now());
  const exact = await lastDue(runs, trigger, at);
  return exact?.dueAt === at ? exact : lastDue(runs, trigger, at + MINUTE_MS - 1);
}

async function lastDue(runs: RunLedger, name: string, until: number): Promise<Run | undefined> {
  const find = async (id: TriggerId): Promise<Run | undefined> =>
    (await runs.occurrence(id, until)) ?? (await shotToCome(runs, id));
  const found = await Promise.all(triggerIdsOf(name).map(find));
  return found.filter((run) => run !== undefined).sort((a, b) => b.dueAt - a.dueAt)[0];
}

/** A one-shot has one moment, and is asked about before it, too. */
async function shotToCome(runs: RunLedger, trigger: TriggerId): Promise<Run | undefined> {
  if (splitTriggerId(trigger).kind !== 'at') return undefined;
  return (await runs.list({ trigger, limit: 1 }))[0];
}

/** An older row says nothing of the moment that is asked about. */
function isMeant(row: Run | undefined, { at }: Question): row is Run {
  return row !== undefined && (at === undefined || row.dueAt >= at - MINUTE_MS);
}

/** True where the end of the pause is what the row waits for: not its moment, nor that its trigger is switched on. */
function waitsForEnd({ idleCrons }: Snapshot, row: Run, pause: Pause | undefined): boolean {
  if (pause === undefined || !endsAfter(pause, row.dueAt)) return false;
  return row.state === 'queued' || (row.state === 'scheduled' && !idleCrons.has(row.trigger));
}

interface Telling {
  readonly show: ShowMoment;
  readonly isHeld: boolean;
}

async function explainRow(deps: WhyDeps, row: Run, { show, isHeld }: Telling): Promise<Explanation> {
  const told = explainRun(row, show);
  if (!isHeld) return { ...told, sentence: `${told.sentence}${await overlapsLately(deps, row)}` };
  const because = row.reason === null ? '' : `: ${row.reason}`;
  return { ...told, sentence: `due ${show(row.dueAt)}; waits for the end of the pause${because}` };
}

async function explainMissing(deps: WhyDeps, rowless: Rowless): Promise<Explanation> {
  const { trigger, at } = rowless;
  return explainNothing(trigger, at ?? null, await explainRowless(deps, rowless));
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
