/** Decides how pauses, the memory of crons and the cursor of due moments are kept in SQLite. */
import type { TriggerId } from '../../core/ids.ts';
import type { CronState, Pause, TriggerLedger } from '../../core/trigger-ledger.ts';
import { rearm } from '../arming.ts';
import type { Database, Shadow, Statement } from './database.ts';
import type { GroupCommit } from './group-commit.ts';

interface PauseRow {
  readonly trigger: string;
  readonly since: number;
  readonly until: number | null;
  readonly by: string;
}

interface CronRow {
  readonly trigger: TriggerId;
  readonly arm_hash: string;
  readonly armed_at: number;
  readonly spent: number;
}

/** The row of a pause of all; no trigger has an empty id. */
const ALL = '';

/** What outlives a snapshot, in SQLite. Both tables are small, asked for all the time, and kept in memory once read. */
export class SqliteTriggers implements TriggerLedger, Shadow {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #insertPause: Statement;
  readonly #deletePause: Statement;
  readonly #readPauses: Statement<PauseRow>;
  readonly #putCron: Statement;
  readonly #deleteCron: Statement;
  readonly #spendCron: Statement;
  readonly #readCrons: Statement<CronRow>;
  readonly #setAccounted: Statement;
  readonly #readAccounted: Statement<{ value: number }>;
  #pauses: readonly Pause[] | undefined;
  /** Follows what transactions write; what a rollback leaves wrong is read anew. */
  #crons: Map<TriggerId, CronState> | undefined;

  constructor(database: Database, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    this.#insertPause = database.statement(
      'INSERT OR REPLACE INTO pauses (trigger, since, until, by) VALUES (?, ?, ?, ?)',
    );
    this.#deletePause = database.statement('DELETE FROM pauses WHERE trigger = ?');
    this.#readPauses = database.statement('SELECT * FROM pauses ORDER BY trigger');
    this.#putCron = database.statement(
      'INSERT OR REPLACE INTO cron_states (trigger, arm_hash, armed_at, spent) VALUES (?, ?, ?, 0)',
    );
    this.#deleteCron = database.statement('DELETE FROM cron_states WHERE trigger = ?');
    this.#spendCron = database.statement(
      'UPDATE cron_states SET spent = 1 WHERE trigger = ? AND arm_hash = ?',
    );
    this.#readCrons = database.statement('SELECT * FROM cron_states ORDER BY trigger');
    this.#setAccounted = database.statement(
      `INSERT OR REPLACE INTO meta (key, value) VALUES ('accounted_until', ?)`,
    );
    this.#readAccounted = database.statement(`SELECT value FROM meta WHERE key = 'accounted_until'`);
    database.follow(this);
  }

  pause({ trigger, since, until, by }: Pause): Promise<void> {
    return this.#commits.write(() => {
      this.#insertPause.run(trigger ?? ALL, since, until ?? null, by);
      this.#pauses = undefined;
    });
  }

  resume(trigger: TriggerId | undefined): Promise<boolean> {
    return this.#commits.write(() => {
      this.#pauses = undefined;
      return this.#deletePause.run(trigger ?? ALL).changes > 0;
    });
  }

  async pauses(): Promise<readonly Pause[]> {
    return (this.#pauses ??= this.#database.read(() => this.#readPauses.all().map(toPause)));
  }

  async cronStates(): Promise<ReadonlyMap<TriggerId, CronState>> {
    return new Map(this.#knownCrons());
  }

  arm(crons: ReadonlyMap<TriggerId, string>, now: number): Promise<void> {
    return this.#commits.write(() => {
      const known = this.#knownCrons();
      const { armed, forgotten } = rearm(known, crons);
      for (const id of armed) {
        const armHash = crons.get(id) ?? '';
        this.#putCron.run(id, armHash, now);
        known.set(id, { armHash, armedAt: now, spent: false });
      }
      for (const id of forgotten) {
        this.#deleteCron.run(id);
        known.delete(id);
      }
    });
  }

  async accountedUntil(): Promise<number | undefined> {
    return this.#database.read(() => this.#readAccounted.get()?.value);
  }

  /** Inside a transaction: marks the cron as spent, if it is still armed under this hash. */
  spend(trigger: TriggerId, armHash: string): void {
    if (this.#spendCron.run(trigger, armHash).changes === 0) return;
    const known = this.#knownCrons();
    const state = known.get(trigger);
    if (state !== undefined) known.set(trigger, { ...state, spent: true });
  }

  /** Inside a transaction: every due moment up to `at` is in the ledger. */
  account(at: number): void {
    this.#setAccounted.run(at);
  }

  commit(): void {
    // What was read during the transaction holds.
  }

  rollback(): void {
    this.#pauses = undefined;
    this.#crons = undefined;
  }

  #knownCrons(): Map<TriggerId, CronState> {
    return (this.#crons ??= this.#database.read(
      () => new Map(this.#readCrons.all().map((row) => [row.trigger, toCronState(row)])),
    ));
  }
}

function toPause({ trigger, since, until, by }: PauseRow): Pause {
  return {
    trigger: trigger === ALL ? undefined : (trigger as TriggerId),
    since,
    until: until ?? undefined,
    by,
  };
}

function toCronState({ arm_hash, armed_at, spent }: CronRow): CronState {
  return { armHash: arm_hash, armedAt: armed_at, spent: spent === 1 };
}
