/** Decides what can be seen of the running service: runs, output, triggers, coming fires, reasons and usage. */
import type { Control } from '../../core/control.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { ReportLedger } from '../../core/report-ledger.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import type { UsageLedger } from '../../core/usage-ledger.ts';
import type { Run } from '../../core/run.ts';
import type { Mask } from '../../core/secret.ts';
import { isTerminal } from '../../core/run.ts';
import { followOutput } from '../../runs/follow.ts';
import { readOutput } from '../../runs/output.ts';
import { findRun, triggerIdsOf, zoneOf } from './lookup.ts';
import { splitTrigger } from './named.ts';
import { nextFires } from './next.ts';
import { pendingShots } from './pending.ts';
import { readTime } from './times.ts';
import { viewTriggers } from './triggers.ts';
import type { TriggerViewDeps } from './triggers.ts';
import { explain } from './why.ts';
import type { WhyDeps } from './why.ts';

const MOST_LISTED = 1_000;

/** What looking needs. */
export interface LookDeps extends TriggerViewDeps, WhyDeps {
  readonly chat: Pick<ChatLedger, 'messagesOf' | 'messageAt'>;
  readonly usage: Pick<UsageLedger, 'usage'>;
  readonly reports: Pick<ReportLedger, 'lostOf'>;
  readonly outputRoot: string;
  /** The text without what is secret. */
  readonly mask: Mask;
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
      const output = deps.mask(await readOutput(deps.outputRoot, run.id));
      return { run, payload: text, output, messages, lostReports: await deps.reports.lostOf(run.id) };
    },

    async runOfMessage(to, messageId) {
      return (await deps.chat.messageAt(to, messageId))?.run;
    },

    triggers: (filter) => viewTriggers(deps, filter),
    stats: (query) => deps.usage.usage(query),
    pending: ({ chat }) => pendingShots(deps, chat),
    splitTrigger: ({ text }) => splitTrigger(text, deps.current()),

    readTime({ text, side, trigger = '', zone = zoneOf(deps.current(), trigger) }) {
      return readTime({ text, side }, { nowMs: deps.clock.now(), zone });
    },

    async *output(id, { follow, signal }) {
      const { id: run } = await findRun(deps.runs, id);
      const isOver = async (): Promise<boolean> => !follow || (await hasEnded(deps.runs, run));
      yield* followOutput({ root: deps.outputRoot, run, isOver, clock: deps.clock, signal });
    },

    next(query) {
      const pauses = deps.pausesNow();
      const { from } = query;
      if (from !== undefined) return nextFires(deps.current(), { ...query, from, pauses });
      const isArmed = (cron: TriggerId): boolean => deps.nextOf(cron) !== undefined;
      return nextFires(deps.current(), { ...query, from: deps.clock.now(), isArmed, pauses });
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
    ...(filter.dead === true && { dead: true }),
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
