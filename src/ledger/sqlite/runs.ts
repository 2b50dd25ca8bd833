/** Decides how the port of runs is served from SQLite: writes join the group commit, reads are made at once. */
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
import type { ClaimedRun, Payload, Run } from '../../core/run.ts';
import type { DueTally } from '../../core/tally.ts';
import { LaneCounts } from '../lane-counts.ts';
import { Intake } from './admit.ts';
import type { Database } from './database.ts';
import type { GroupCommit } from './group-commit.ts';
import { Leases } from './leases.ts';
import { MissedRuns } from './missed.ts';
import { PIECE } from './newest-kept.ts';
import type { Outbox } from './outbox.ts';
import { OwedReports } from './owed-reports.ts';
import { Pruning } from './prune.ts';
import { SpecTable } from './specs.ts';
import { Tallies } from './tally.ts';
import type { SqliteTriggers } from './triggers.ts';
import type { SqliteUsage } from './usage.ts';
import { RunViews } from './views.ts';
import { WaitingRows } from './waiting.ts';

/** The parts of the store that runs write to beside their own tables. */
export interface RunNeighbours {
  readonly triggers: SqliteTriggers;
  readonly outbox: Outbox;
  readonly usage: SqliteUsage;
}

/** Occurrences and runs in SQLite. */
export class SqliteRuns implements RunLedger {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #lanes: LaneCounts;
  readonly #intake: Intake;
  readonly #waiting: WaitingRows;
  readonly #outbox: Outbox;
  readonly #leases: Leases;
  readonly #views: RunViews;
  readonly #missed: MissedRuns;
  readonly #tallies: Tallies;
  readonly #pruning: Pruning;

  constructor(database: Database, commits: GroupCommit, { triggers, outbox, usage }: RunNeighbours) {
    const lanes = loadLanes(database);
    const specs = new SpecTable(database);
    const reports = new OwedReports(database, specs);
    const waiting = new WaitingRows({ database, specs, lanes, reports });
    this.#database = database;
    this.#commits = commits;
    this.#lanes = lanes;
    this.#waiting = waiting;
    this.#outbox = outbox;
    this.#intake = new Intake({ database, specs, lanes, waiting, triggers, reports });
    this.#leases = new Leases({ database, specs, lanes, outbox, usage, reports });
    this.#views = new RunViews(database, specs);
    this.#missed = new MissedRuns(database, this.#views);
    this.#tallies = new Tallies(database);
    this.#pruning = new Pruning(database, specs);
  }

  admit(batch: AdmissionBatch): Promise<readonly Admitted[]> {
    return this.#commits.write(() => {
      const answers = this.#intake.admit(batch);
      this.#outbox.post(batch.messages ?? [], batch.admissions[0]?.admittedAt ?? 0);
      return answers;
    });
  }

  claim(request: ClaimRequest): Promise<readonly ClaimedRun[]> {
    return this.#commits.write(() => this.#leases.claim(request));
  }

  settle(settlement: Settlement): Promise<boolean> {
    return this.#commits.write(() => this.#leases.settle(settlement));
  }

  dismiss(run: RunId, dismissal: Dismissal): Promise<Dismissed> {
    return this.#commits.write(() => {
      const met = this.#waiting.dismiss(run, dismissal);
      if (met.kind === 'done') this.#outbox.post(dismissal.messages ?? [], dismissal.at);
      return met;
    });
  }

  promote(now: number, isHeld: (trigger: TriggerId) => boolean): ReturnType<RunLedger['promote']> {
    return this.#commits.write(() => this.#waiting.promote(now, isHeld));
  }

  async prune(bounds: Parameters<RunLedger['prune']>[0]): Promise<readonly RunId[]> {
    const isLong = bounds.keep >= PIECE;
    while (isLong && !this.#database.read(() => this.#pruning.look(bounds.keep)))
      await new Promise((resolve) => setImmediate(resolve));
    return this.#commits.write(() => {
      // A short look is taken here, where it sees what was written in this very turn.
      if (!isLong) this.#pruning.look(bounds.keep);
      const gone = this.#pruning.prune(bounds);
      // All batches of a sweep share what a long walk found.
      if (!isLong || gone.length < bounds.limit) this.#pruning.forget();
      return gone;
    });
  }

  async orphans(alive: BootId): Promise<readonly OrphanRun[]> {
    return this.#database.read(() => this.#leases.orphans(alive));
  }

  async waiting(): Promise<readonly WaitingTrigger[]> {
    return this.#database.read(() => this.#waiting.heads(this.#lanes.waiting()));
  }

  async counts(): Promise<QueueCounts> {
    return this.#lanes.total();
  }

  async countsOf(trigger: TriggerId): Promise<QueueCounts> {
    return { ...this.#lanes.of(trigger) };
  }

  async requested(request: string, now: number): Promise<RunId | undefined> {
    return this.#database.read(() => this.#intake.requested(request, now));
  }

  async get(run: RunId): Promise<Run | undefined> {
    return this.#database.read(() => this.#views.get(run));
  }

  async list(filter: RunFilter): Promise<readonly Run[]> {
    return this.#database.read(() => this.#views.list(filter));
  }

  async occurrence(trigger: TriggerId, dueAt: number): Promise<Run | undefined> {
    return this.#database.read(() => this.#views.occurrence(trigger, dueAt));
  }

  async momentAfter(trigger: TriggerId, dueAt: number): Promise<Run | undefined> {
    return this.#database.read(() => this.#views.momentAfter(trigger, dueAt));
  }

  async heldMoments(trigger?: TriggerId): Promise<readonly HeldMoment[]> {
    return this.#database.read(() => this.#waiting.held.moments(trigger));
  }

  holdDelayed(stretch: Parameters<RunLedger['holdDelayed']>[0]): Promise<number> {
    return this.#commits.write(() => this.#waiting.held.holdDelayed(stretch));
  }

  release(release: Release): Promise<Released> {
    return this.#commits.write(() => {
      const { done, gained } = this.#waiting.held.release(release);
      this.#outbox.post(release.messages, release.at);
      return { done, queued: this.#waiting.heads(gained) };
    });
  }

  async missedAt(query: Parameters<RunLedger['missedAt']>[0]): Promise<MissedAt | undefined> {
    return this.#database.read(() => this.#missed.at(query));
  }

  async missedRuns(query: Parameters<RunLedger['missedRuns']>[0]): Promise<readonly Run[]> {
    return this.#database.read(() => this.#missed.runs(query));
  }

  madeUpBy(pairs: Parameters<RunLedger['madeUpBy']>[0]): Promise<void> {
    return this.#commits.write(() => {
      this.#missed.madeUpBy(pairs);
    });
  }

  leaveOut(query: Parameters<RunLedger['leaveOut']>[0]): Promise<number> {
    return this.#commits.write(() => this.#missed.leaveOut(query));
  }

  async tally(trigger: TriggerId, since: number): Promise<DueTally> {
    return this.#database.read(() => this.#tallies.of(trigger, since));
  }

  async payload(run: RunId): Promise<Payload | undefined> {
    return this.#database.read(() => this.#views.payload(run));
  }

  async spec(run: RunId): Promise<RunSpec | undefined> {
    return this.#database.read(() => this.#views.spec(run));
  }
}

interface LaneRow {
  readonly trigger: TriggerId;
  readonly rows: number;
}

/** The counts of what lives in the store now; from here on they follow its transactions. */
function loadLanes(database: Database): LaneCounts {
  const lanes = new LaneCounts();
  for (const state of ['scheduled', 'queued', 'running'] as const) {
    const live = database.statement<LaneRow>(
      `SELECT trigger, count(*) AS rows FROM runs INDEXED BY runs_${state} WHERE state = '${state}' GROUP BY trigger`,
    );
    for (const { trigger, rows } of database.read(() => live.all())) lanes.load(trigger, state, rows);
  }
  database.follow(lanes);
  return lanes;
}
