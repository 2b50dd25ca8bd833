/** Decides how reports are written and found in memory, by the same rules as on disk. */
import type { RunId } from '../../core/ids.ts';
import type { LostReport, ReportLedger, StoredReport } from '../../core/report-ledger.ts';
import { isOutdatedBy, laneOf, owedReports } from '../../core/report.ts';
import { outdatedBy } from '../outdated.ts';
import type { MemoryRow } from './rows.ts';

/** Reports that wait, in the order in which they were written. */
export class MemoryReports implements ReportLedger {
  readonly #rows = new Map<number, StoredReport>();
  readonly #lost = new Map<RunId, readonly LostReport[]>();
  #seq = 0;

  readonly #isThere: (run: RunId) => boolean;

  /** `isThere` knows which runs have not been deleted. */
  constructor(isThere: (run: RunId) => boolean) {
    this.#isThere = isThere;
  }

  /** Writes what a run owes now that its row has changed, at `at` (epoch ms). */
  owe(row: MemoryRow, at: number): void {
    const { id: run, trigger, spec, source, state, reason, startedAt, endedAt, attempts } = row;
    const newest = attempts.at(-1);
    const about = { run, trigger, lane: spec.trigger, source, state, reason, startedAt, endedAt };
    const facts = { ...about, exitCode: newest?.exitCode ?? null, attempt: newest?.number ?? 0 };
    for (const report of owedReports(spec.reports, facts)) {
      for (const older of this.#laneRows(laneOf(report)))
        if (older.attempts > 0 && isOutdatedBy(older.kind, report.kind)) this.#rows.delete(older.seq);
      this.#seq += 1;
      this.#rows.set(this.#seq, { ...report, seq: this.#seq, attempts: 0, createdAt: at, nextAt: at });
    }
  }

  async lanes(after: number): ReturnType<ReportLedger['lanes']> {
    const rows = [...this.#rows.values()].filter(({ seq }) => seq > after);
    return { lanes: [...new Set(rows.map(laneOf))], newest: rows.at(-1)?.seq ?? after };
  }

  async first(lane: string): Promise<StoredReport | undefined> {
    return this.#laneRows(lane).sort((a, b) => a.nextAt - b.nextAt || a.seq - b.seq)[0];
  }

  async drop(seq: number): Promise<void> {
    this.#rows.delete(seq);
  }

  async giveUp(seq: number, { reason, at }: Pick<LostReport, 'reason' | 'at'>): Promise<void> {
    const row = this.#rows.get(seq);
    if (row === undefined) return;
    this.#rows.delete(seq);
    const { kind, attempts, facts } = row;
    for (const run of this.#lost.keys()) if (!this.#isThere(run)) this.#lost.delete(run);
    if (!this.#isThere(facts.run)) return;
    const before = this.#lost.get(facts.run) ?? [];
    this.#lost.set(facts.run, [...before, { kind, attempts: attempts + 1, reason, at }]);
  }

  async lostOf(run: RunId): Promise<readonly LostReport[]> {
    return this.#isThere(run) ? (this.#lost.get(run) ?? []) : [];
  }

  async again(seq: number, nextAt: number): Promise<boolean> {
    const row = this.#rows.get(seq);
    if (row === undefined) return false;
    const outdated = outdatedBy(this.#laneRows(laneOf(row)), row);
    for (const one of outdated) this.#rows.delete(one.seq);
    if (outdated.length === 0) this.#rows.set(seq, { ...row, attempts: row.attempts + 1, nextAt });
    return outdated.length === 0;
  }

  #laneRows(lane: string): StoredReport[] {
    return [...this.#rows.values()].filter((row) => laneOf(row) === lane);
  }
}
