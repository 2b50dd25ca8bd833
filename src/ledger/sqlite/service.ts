/** Decides how lives of the service and its configurations are kept in SQLite. */
import type { BootId } from '../../core/ids.ts';
import type { Boot, ServiceLedger, StoredRevision } from '../../core/service-ledger.ts';
import { KEPT_BOOTS, KEPT_REVISIONS } from '../kept.ts';
import type { Database, Statement } from './database.ts';
import type { GroupCommit } from './group-commit.ts';

interface BootRow {
  readonly id: BootId;
  readonly started_at: number;
  readonly alive_at: number;
  readonly stopped_at: number | null;
  readonly version: string;
}

/** Boots and revisions in SQLite. */
export class SqliteService implements ServiceLedger {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #insertBoot: Statement;
  readonly #trimBoots: Statement;
  readonly #alive: Statement;
  readonly #end: Statement;
  readonly #boots: Statement<BootRow>;
  readonly #revisions: Statement<StoredRevision>;
  readonly #insertRevision: Statement;
  readonly #trimRevisions: Statement;

  constructor(database: Database, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    this.#insertBoot = database.statement(
      'INSERT INTO boots (id, started_at, alive_at, version) VALUES (?1, ?2, ?2, ?3)',
    );
    this.#trimBoots = database.statement('DELETE FROM boots WHERE seq <= (SELECT max(seq) FROM boots) - ?');
    this.#alive = database.statement('UPDATE boots SET alive_at = ? WHERE id = ?');
    this.#end = database.statement('UPDATE boots SET alive_at = ?1, stopped_at = ?1 WHERE id = ?2');
    this.#boots = database.statement('SELECT * FROM boots ORDER BY seq DESC LIMIT ?');
    this.#revisions = database.statement(
      'SELECT revision, hash, text, at FROM revisions ORDER BY revision DESC',
    );
    this.#insertRevision = database.statement(
      'INSERT INTO revisions (revision, hash, text, at) VALUES (?, ?, ?, ?)',
    );
    this.#trimRevisions = database.statement('DELETE FROM revisions WHERE revision <= ?');
  }

  beginBoot({ id, at, version }: Parameters<ServiceLedger['beginBoot']>[0]): Promise<void> {
    return this.#commits.write(() => {
      this.#insertBoot.run(id, at, version);
      this.#trimBoots.run(KEPT_BOOTS);
    });
  }

  alive(id: BootId, at: number): Promise<void> {
    return this.#commits.write(() => {
      this.#alive.run(at, id);
    });
  }

  endBoot(id: BootId, at: number): Promise<void> {
    return this.#commits.write(() => {
      this.#end.run(at, id);
    });
  }

  async boots(limit: number): Promise<readonly Boot[]> {
    return this.#database.read(() => this.#boots.all(limit).map(toBoot));
  }

  addRevision({ hash, text, at }: Parameters<ServiceLedger['addRevision']>[0]): Promise<number> {
    return this.#commits.write(() => {
      const newest = this.#revisions.get();
      if (newest?.hash === hash) return newest.revision;
      const revision = (newest?.revision ?? 0) + 1;
      this.#insertRevision.run(revision, hash, text, at);
      this.#trimRevisions.run(revision - KEPT_REVISIONS);
      return revision;
    });
  }

  async revisions(): Promise<readonly StoredRevision[]> {
    return this.#database.read(() => this.#revisions.all().map((row) => ({ ...row })));
  }
}

function toBoot({ id, started_at, alive_at, stopped_at, version }: BootRow): Boot {
  return { id, startedAt: started_at, aliveAt: alive_at, stoppedAt: stopped_at ?? undefined, version };
}
