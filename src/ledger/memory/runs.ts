/** Decides how the port of runs is served from memory: for trials and tests, gone with the process. */
import type { AdmissionBatch, Admitted } from '../../core/admission.ts';
import type { RunSpec } from '../../core/action.ts';
import type { BootId, RunId, TriggerId } from '../../core/ids.ts';
import type {
  ClaimRequest,
  Dismissal,
  Dismissed,
  HeldMoment,
  MissedAt,
  Release,
  Released,
  OrphanRun,
  QueueCounts,
  RunFilter,
  RunLedger,
  Settlement,
  WaitingTrigger,
} from '../../core/run-ledger.ts';
import type { RunState, ClaimedRun, Payload, Run } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import type { DueTally } from '../../core/tally.ts';
import { agentAttempt } from '../agent-attempt.ts';
import { MemoryIntake } from './admit.ts';
import { heldMoments, holdDelayed, releaseRows } from './held.ts';
import { isLeft, leaveOut, missedAt, missedRowsAt, noteMadeUp } from './missed.ts';
import type { MemoryOutbox } from './outbox.ts';
import type { MemoryRow } from './rows.ts';
import type { MemoryReports } from './reports.ts';
import { byDue, byEnding, hasBegun, toClaimed, toRun } from './rows.ts';
import { MemoryTable } from './table.ts';
import { tallyOf } from './tally.ts';
import type { MemoryTriggers } from './triggers.ts';
import type { MemoryUsage } from './usage.ts';
import { lastOccurrence, momentsSince, nextMoment, pageOf } from './views.ts';
import { headsOf, promoteReady } from './waiting.ts';

/** The parts of the store that runs write to beside their own rows. */
export interface MemoryNeighbours {
  readonly triggers: MemoryTriggers;
  readonly outbox: MemoryOutbox;
  readonly usage: MemoryUsage;
  readonly reports: MemoryReports;
}

/** Occurrences and runs in memory. Writes take effect at once, in the order of the calls. */
export class MemoryRuns implements RunLedger {
  readonly #table = new MemoryTable();
  readonly #intake: MemoryIntake;
  readonly #outbox: MemoryOutbox;
  readonly #usage: MemoryUsage;
  readonly #reports: MemoryReports;

  constructor({ triggers, outbox, usage, reports }: MemoryNeighbours) {
    this.#outbox = outbox;
    this.#usage = usage;
    this.#reports = reports;
    this.#intake = new MemoryIntake(this.#table, triggers, reports);
  }

  async admit(batch: AdmissionBatch): Promise<readonly Admitted[]> {
    const answers = this.#intake.admit(batch);
    this.#outbox.post(batch.messages ?? [], batch.admissions[0]?.admittedAt ?? 0);
    return answers;
  }

  async claim({ owner, now, lanes }: ClaimRequest): Promise<readonly ClaimedRun[]> {
    return lanes.flatMap(({ trigger, max }) =>
      this.#table
        .liveOf(trigger, 'queued')
        .sort(byDue)
        .slice(0, Math.max(0, Math.floor(max)))
        .map((row) => this.#claimOne(row, owner, now)),
    );
  }

  /** Undefined: it is not there. */
  stateOf(run: RunId): RunState | undefined {
    return this.#table.get(run)?.state;
  }

  async settle(settlement: Settlement): Promise<boolean> {
    const { endedAt, exitCode, endedBy, reason, state, agent, messages = [] } = settlement;
    const row = this.#table.get(settlement.run);
    const newest = row?.attempts.at(-1);
    if (row?.state !== 'running' || row.owner !== settlement.owner || newest?.number !== settlement.attempt) {
      return false;
    }
    this.#table.move(row, state);
    row.attempts = [...row.attempts.slice(0, -1), { ...newest, endedAt, exitCode, endedBy, reason }];
    row.reason = reason;
    row.owner = null;
    row.readyAt = state === 'scheduled' ? (settlement.readyAt ?? endedAt) : null;
    row.endedAt = isTerminal(state) ? endedAt : null;
    if (agent !== undefined) {
      const { trigger, spec } = row;
      this.#usage.record(agentAttempt(settlement, agent, { trigger, spec, startedAt: newest.startedAt }));
    }
    this.#outbox.post(messages, endedAt);
    this.#reports.owe(row, endedAt);
    return true;
  }

  async dismiss(run: RunId, { state, at, reason, messages = [] }: Dismissal): Promise<Dismissed> {
    const row = this.#table.get(run);
    if (row === undefined) return { kind: 'unknown' };
    if (isTerminal(row.state)) return { kind: 'finished', state: row.state };
    if (row.state === 'running') return { kind: 'running' };
    this.#table.move(row, state);
    row.reason = reason;
    row.endedAt = at;
    row.readyAt = null;
    row.held = null;
    this.#outbox.post(messages, at);
    this.#reports.owe(row, at);
    return { kind: 'done' };
  }

  async promote(now: number, isHeld: (trigger: TriggerId) => boolean): ReturnType<RunLedger['promote']> {
    return promoteReady(this.#table, now, isHeld);
  }

  async prune({
    endedBefore,
    keep,
    limit,
    now,
  }: Parameters<RunLedger['prune']>[0]): Promise<readonly RunId[]> {
    const ended = this.#table.select(({ endedAt }) => endedAt !== null).sort(byEnding);
    const kinds = [ended.filter(hasBegun), ended.filter((row) => !hasBegun(row))];
    const beyond = new Set(kinds.flatMap((rows) => rows.slice(0, Math.max(0, rows.length - keep))));
    const gone = ended.filter((row) => beyond.has(row) || (row.endedAt ?? 0) < endedBefore).slice(0, limit);
    for (const row of gone) this.#table.delete(row);
    this.#intake.forgetDeliveries(now, limit);
    return gone.map(({ id }) => id);
  }

  async orphans(alive: BootId): Promise<readonly OrphanRun[]> {
    return this.#table
      .live('running')
      .sort((a, b) => a.seq - b.seq)
      .flatMap(({ id, trigger, attempts, owner, spec }) =>
        owner === null || owner === alive ? [] : [{ id, trigger, attempt: attempts.length, owner, spec }],
      );
  }

  async waiting(): Promise<readonly WaitingTrigger[]> {
    return headsOf(this.#table, this.#table.lanes.waiting());
  }

  async counts(): Promise<QueueCounts> {
    return this.#table.lanes.total();
  }

  async countsOf(trigger: TriggerId): Promise<QueueCounts> {
    return { ...this.#table.lanes.of(trigger) };
  }

  async requested(request: string, now: number): Promise<RunId | undefined> {
    return this.#intake.requested(request, now);
  }

  async get(run: RunId): Promise<Run | undefined> {
    const row = this.#table.get(run);
    return row && toRun(row);
  }

  async list(filter: RunFilter): Promise<readonly Run[]> {
    return pageOf(this.#table, filter).map(toRun);
  }

  async occurrence(trigger: TriggerId, dueAt: number): Promise<Run | undefined> {
    const last = lastOccurrence(this.#table, trigger, dueAt);
    return last && toRun(last);
  }

  async momentAfter(trigger: TriggerId, dueAt: number): Promise<Run | undefined> {
    const next = nextMoment(this.#table, trigger, dueAt);
    return next && toRun(next);
  }

  async heldMoments(trigger?: TriggerId): Promise<readonly HeldMoment[]> {
    return heldMoments(this.#table, trigger);
  }

  async holdDelayed(stretch: Parameters<RunLedger['holdDelayed']>[0]): Promise<number> {
    return holdDelayed(this.#table, stretch);
  }

  async release(release: Release): Promise<Released> {
    const { done, gained } = releaseRows(this.#table, release);
    this.#outbox.post(release.messages, release.at);
    return { done, queued: headsOf(this.#table, gained) };
  }

  async missedAt(query: Parameters<RunLedger['missedAt']>[0]): Promise<MissedAt | undefined> {
    return missedAt(this.#table, query);
  }

  async missedRuns({ limit, ...query }: Parameters<RunLedger['missedRuns']>[0]): Promise<readonly Run[]> {
    return missedRowsAt(this.#table, query).filter(isLeft).sort(byDue).reverse().slice(0, limit).map(toRun);
  }

  async madeUpBy(pairs: Parameters<RunLedger['madeUpBy']>[0]): Promise<void> {
    noteMadeUp(this.#table, pairs);
  }

  async leaveOut(query: Parameters<RunLedger['leaveOut']>[0]): Promise<number> {
    return leaveOut(this.#table, query);
  }

  async tally(trigger: TriggerId, since: number): Promise<DueTally> {
    return tallyOf(momentsSince(this.#table, trigger, since));
  }

  async payload(run: RunId): Promise<Payload | undefined> {
    return this.#table.get(run)?.payload;
  }

  async spec(run: RunId): Promise<RunSpec | undefined> {
    return this.#table.get(run)?.spec;
  }

  #claimOne(row: MemoryRow, owner: BootId, now: number): ClaimedRun {
    this.#table.move(row, 'running');
    const attempt = row.attempts.length + 1;
    const opened = {
      number: attempt,
      startedAt: now,
      endedAt: null,
      exitCode: null,
      endedBy: null,
      reason: null,
    };
    row.attempts = [...row.attempts, opened];
    row.owner = owner;
    row.startedAt ??= now;
    this.#reports.owe(row, now);
    return toClaimed(row, { owner, attempt, firstStartedAt: row.startedAt });
  }
}
