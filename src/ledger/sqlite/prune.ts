/** Decides which finished runs leave the store: the oldest endings first, a bounded number at a time. */
import type { RunId } from '../../core/ids.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import { forgottenUntil } from '../deliveries.ts';
import type { Database, Statement } from './database.ts';
import { NewestKept } from './newest-kept.ts';
import type { SpecTable } from './specs.ts';

type Bounds = Parameters<RunLedger['prune']>[0];

interface Ending {
  readonly seq: number;
  readonly id: RunId;
  readonly spec: number;
  readonly ended_at: number;
}

/** Those that began and those that never did are counted apart, each by an index of its own. */
const KINDS = [
  'runs INDEXED BY runs_ended_begun WHERE ended_at IS NOT NULL AND started_at IS NOT NULL',
  'runs INDEXED BY runs_ended_unbegun WHERE ended_at IS NOT NULL AND started_at IS NULL',
];

/** Finished rows of one kind. */
interface Kind {
  readonly newest: NewestKept;
  readonly candidates: Statement<Ending>;
}

/** Deletes what is past its time. Its operation belongs inside a transaction. */
export class Pruning {
  readonly #specs: SpecTable;
  readonly #kinds: readonly Kind[];
  readonly #delete: Statement;
  readonly #forgetDeliveries: Statement;

  constructor(database: Database, specs: SpecTable) {
    this.#specs = specs;
    this.#kinds = KINDS.map((kind) => ({
      newest: new NewestKept(database, kind),
      // Both bounds are a prefix of one order, by ending.
      candidates: database.statement(
        `SELECT seq, id, spec, ended_at FROM ${kind} AND (ended_at, seq) <= (?, ?) ORDER BY ended_at, seq LIMIT ?`,
      ),
    }));
    this.#delete = database.statement('DELETE FROM runs WHERE seq = ?');
    // Rows are in the order of their admission, so only the first ones need a look.
    this.#forgetDeliveries = database.statement(
      `DELETE FROM deliveries WHERE seq IN (
         SELECT seq FROM (SELECT seq, at FROM deliveries ORDER BY seq LIMIT ?) WHERE at <= ?)`,
    );
  }

  /** Goes on looking for what is beyond the newest `keep`; true: known, until `forget`. Belongs outside a transaction. */
  look(keep: number): boolean {
    return this.#kinds.every(({ newest }) => newest.look(keep));
  }

  /** The next look begins anew. */
  forget(): void {
    for (const { newest } of this.#kinds) newest.forget();
  }

  /** See `RunLedger.prune`; payloads and attempts go with their run. What is kept is known, see `look`. */
  prune({ endedBefore, limit, now }: Omit<Bounds, 'keep'>): readonly RunId[] {
    const endings = this.#kinds
      .flatMap((kind) => kind.candidates.all(...newestToGo(kind, endedBefore), limit))
      .sort((a, b) => a.ended_at - b.ended_at || a.seq - b.seq)
      .slice(0, limit);
    for (const { seq } of endings) this.#delete.run(seq);
    this.#specs.release(new Set(endings.map(({ spec }) => spec)));
    this.#forgetDeliveries.run(limit, forgottenUntil(now));
    return endings.map(({ id }) => id);
  }
}

function newestToGo({ newest: { beyond } }: Kind, endedBefore: number): [endedAt: number, seq: number] {
  return beyond === undefined || beyond.ended_at < endedBefore
    ? [endedBefore - 1, Number.MAX_SAFE_INTEGER]
    : [beyond.ended_at, beyond.seq];
}
