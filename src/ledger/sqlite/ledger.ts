/** Decides how the parts of an embedded ledger fit together on one file. */
import type { Ledger } from '../../core/ledger.ts';
import type { Log } from '../../core/log.ts';
import { SqliteChat } from './chat.ts';
import { Database } from './database.ts';
import { SqliteDeliveries } from './deliveries.ts';
import { GroupCommit } from './group-commit.ts';
import { createPrivate, inspect } from './inspect.ts';
import { Outbox } from './outbox.ts';
import { SqliteReports } from './reports.ts';
import { SqliteRuns } from './runs.ts';
import { migrate } from './schema/migrate.ts';
import { SqliteService } from './service.ts';
import { SqliteTriggers } from './triggers.ts';
import { SqliteUsage } from './usage.ts';

/** The whole store in one SQLite file. It expects to be the file's only writer: counts of live rows are in memory. */
export class SqliteLedger implements Ledger {
  readonly runs: SqliteRuns;
  readonly deliveries: SqliteDeliveries;
  readonly triggers: SqliteTriggers;
  readonly service: SqliteService;
  readonly chat: SqliteChat;
  readonly usage: SqliteUsage;
  readonly reports: SqliteReports;
  readonly location: string;
  readonly #database: Database;
  readonly #commits: GroupCommit;

  /** Takes over a database whose schema is current, and closes it in the end. */
  constructor(database: Database, log: Log) {
    const commits = new GroupCommit((work) => {
      database.transaction(work);
    }, log);
    this.#database = database;
    this.#commits = commits;
    this.triggers = new SqliteTriggers(database, commits);
    this.usage = new SqliteUsage(database, commits);
    const outbox = new Outbox(database);
    this.runs = new SqliteRuns(database, commits, { triggers: this.triggers, outbox, usage: this.usage });
    this.deliveries = new SqliteDeliveries(database, commits);
    this.service = new SqliteService(database, commits);
    this.chat = new SqliteChat(database, commits, outbox);
    this.reports = new SqliteReports(database, commits);
    this.location = database.file;
  }

  /**
   * Opens the ledger in `file`, creating or migrating it. Throws `unavailable`, or `corrupt_state` for a file that is
   * damaged, newer than this program or another program's, which is then left as it was.
   */
  static open(file: string, log: Log): SqliteLedger {
    inspect(file);
    createPrivate(file);
    const database = Database.open(file);
    try {
      migrate(database);
      return new SqliteLedger(database, log);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Commits what waits, then closes the file; later writes are refused as `unavailable`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#commits.close();
    this.#database.close();
  }
}
