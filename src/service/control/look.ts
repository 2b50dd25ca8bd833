/** Decides what can be seen of the running service: runs, output, triggers, coming fires, reasons and usage. */
import type { Clock } from '../../core/clock.ts';
import type { Control } from '../../core/control.ts';
import type { Explanation } from '../../core/views.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { DeliveryLedger, RunLedger } from '../../core/ledger.ts';
import type { UsageLedger } from '../../core/usage-ledger.ts';
import type { Run } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import type { CronTrigger } from '../../core/trigger.ts';
import { utcDay } from '../../ledger/delivery-tally.ts';
import { followOutput } from '../../runs/follow.ts';
import { readOutput } from '../../runs/output.ts';
import { showMoment } from '../../scheduler/show.ts';
import { explainNothing, explainRun, turnedAway } from './explain.ts';
import { findRun, findTrigger, triggerIdsOf } from './lookup.ts';
import { splitTrigger } from './named.ts';
import { nextFires } from './next.ts';
import { pendingShots } from './pending.ts';
import { readTime } from './times.ts';
import { viewTriggers } from './triggers.ts';
import type { TriggerViewDeps } from './triggers.ts';
import { notDue } from './undue.ts';

/** A moment given for `why` may be off by this much, so that `02:00` finds what was due at 02:00:30. */
const MINUTE_MS = 60_000;
const MOST_LISTED = 1_000;

/** What looking needs; `nextOf` is the scheduler's own next moment of a cron: spent one-shots have none. */
export interface LookDeps extends TriggerViewDeps {
  readonly chat: Pick<ChatLedger, 'messagesOf' | 'messageAt'>;
  readonly usage: Pick<UsageLedger, 'usage'>;
  readonly deliveries: Pick<DeliveryLedger, 'deliveryCounts'>;
  readonly outputRoot: string;
  readonly clock: Clock;
}

type Looking = Pick<
  Control,
  | 'runs'
  | 'run'
  | 'runOfMessage'
  | 'output'
  | 'next'
  | 'why'
  | 'triggers'
  | 'splitTrigger'
  | 'stats'
  | 'pending'
  | 'readTime'
>;

/** The calls of `Control` that only read. */
export function createLooking(deps: LookDeps): Looking {
  return {
    runs: (filter) => listRuns(deps.runs, filter),

    async run(id) {
      const run = await findRun(deps.runs, id);
      const payload = await deps.runs.payload(run.id);
      const text = payload === undefined ? null : Buffer.from(payload.body).toString('utf8');
      const sent = await deps.chat.messagesOf(run.id);
      const messages = sent.map(({ to, kind, state, reason, sentAt }) => ({
        to,
        kind,
        state,
        reason,
        sentAt,
      }));
      return { run, payload: text, output: await readOutput(deps.outputRoot, run.id), messages };
    },

    async runOfMessage(to, messageId) {
      return (await deps.chat.messageAt(to, messageId))?.run;
    },

    triggers: (filter) => viewTriggers(deps, filter),
    stats: (query) => deps.usage.usage(query),
    pending: ({ chat }) => pendingShots(deps, chat),
    splitTrigger: ({ text }) => splitTrigger(text, deps.current()),

    readTime: ({ text, side, zone = deps.current().defaults.zone }) =>
      readTime({ text, side }, { nowMs: deps.clock.now(), zone }),

    async *output(id, { follow, signal }) {
      const { id: run } = await findRun(deps.runs, id);
      const isOver = async (): Promise<boolean> => !follow || (await hasEnded(deps.runs, run));
      yield* followOutput({ root: deps.outputRoot, run, isOver, clock: deps.clock, signal });
    },

    next(query) {
      const { from } = query;
      if (from !== undefined) return nextFires(deps.current(), { ...query, from });
      const isArmed = (cron: TriggerId): boolean => deps.nextOf(cron) !== undefined;
      return nextFires(deps.current(), { ...query, from: deps.clock.now(), isArmed });
    },

    why: (query) => explain(deps, query),
  };
}

async function hasEnded(runs: RunLedger, id: RunId): Promise<boolean> {
  const run = await runs.get(id);
  return run === undefined || isTerminal(run.state);
}

async function listRuns(runs: RunLedger, filter: Parameters<Control['runs']>[0]): Promise<readonly Run[]> {
  const limit = Math.min(filter.limit, MOST_LISTED);
  const bounds = {
    limit,
    ...(filter.state === undefined ? {} : { state: filter.state }),
    ...(filter.chat === undefined ? {} : { chat: filter.chat }),
  };
  if (filter.trigger === undefined) return runs.list(bounds);
  const ids = triggerIdsOf(filter.trigger);
  const lists = await Promise.all(ids.map((trigger) => runs.list({ ...bounds, trigger })));
  return lists
    .flat()
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit);
}

async function explain(
  deps: LookDeps,
  query: { readonly trigger: string; readonly at?: number },
): Promise<Explanation> {
  const snapshot = deps.current();
  const ids = triggerIdsOf(query.trigger);
  const until = query.at === undefined ? deps.clock.now() : query.at + MINUTE_MS - 1;
  const found = await Promise.all(ids.map((id) => deps.runs.occurrence(id, until)));
  const [row] = found.filter((run) => run !== undefined).sort((a, b) => b.dueAt - a.dueAt);
  const trigger = row === undefined ? findTrigger(snapshot, query.trigger).id : row.trigger;
  const cron = snapshot.crons.get(trigger);
  const zone = cron?.schedule.zone ?? snapshot.defaults.zone;
  const show = (at: number): string => showMoment(at, zone);
  const isThatMoment = row !== undefined && (query.at === undefined || row.dueAt >= query.at - MINUTE_MS);
  if (isThatMoment) return explainRun(row, show);
  const quiet = { trigger, cron, at: query.at, show, refused: await refusedOn(deps, trigger, query.at) };
  return explainNothing(trigger, query.at ?? null, silence(deps, quiet));
}

/** What of the webhook came on the (UTC) day of `at`, else today, and made no run; empty where nothing did. */
async function refusedOn(
  { deliveries, current, clock }: LookDeps,
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
function silence(deps: LookDeps, { trigger, cron, at, show, refused }: Silence): string {
  const next = cron === undefined ? undefined : deps.nextOf(cron.id);
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
