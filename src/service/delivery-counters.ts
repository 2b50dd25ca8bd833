/**
 * Decides when the outcomes of deliveries reach the store: added up in memory as they are told, written a few seconds
 * later, so that no request ever waits for its count.
 */
import type { Cancel, Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { AppEvent, Subscribe } from '../core/event.ts';
import type { DeliveryCount, DeliveryLedger } from '../core/delivery-ledger.ts';
import type { Log } from '../core/log.ts';
import { utcDay } from '../core/day.ts';
import { DeliveryTally } from '../ledger/delivery-tally.ts';

/** What a crash may lose of the counts; the runs of accepted deliveries are on disk by themselves. */
const WRITE_EVERY_MS = 10_000;

/** What counting needs. */
export interface DeliveryCountersDeps {
  readonly ledger: DeliveryLedger;
  readonly subscribe: Subscribe;
  readonly clock: Clock;
  readonly log: Log;
}

/** Counts every delivery until it is disposed; then it writes what is left. */
export class DeliveryCounters implements AsyncDisposable {
  readonly #deps: DeliveryCountersDeps;
  readonly #unsubscribe: () => void;
  #unwritten = new DeliveryTally();
  #timer: Cancel | undefined;
  #writing: Promise<void> = Promise.resolve();
  #writes = 0;

  constructor(deps: DeliveryCountersDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.subscribe((event) => {
      if (event.kind === 'delivery') this.#hear(event);
    });
  }

  /** See `DeliveryLedger.deliveryCounts`; what is not written yet is counted in, as rows of its own. */
  async deliveryCounts(
    filter: Parameters<DeliveryLedger['deliveryCounts']>[0],
  ): Promise<readonly DeliveryCount[]> {
    for (;;) {
      await this.#writing;
      const writes = this.#writes;
      const stored = await this.#deps.ledger.deliveryCounts(filter);
      // A write that began meanwhile took its rows from here, and the store may have been read before or after it.
      if (writes === this.#writes) return [...stored, ...this.#unwritten.rows(filter)];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    await this.#writing;
    this.#timer?.();
    await this.#write();
  }

  #hear({ trigger, verdict, reason, at }: Extract<AppEvent, { kind: 'delivery' }>): void {
    this.#unwritten.add({ trigger, day: utcDay(at), verdict, reason, count: 1, lastAt: at });
    this.#wait();
  }

  #wait(): void {
    this.#timer ??= this.#deps.clock.after(WRITE_EVERY_MS, () => {
      this.#writing = this.#write().then(() => {
        this.#timer = undefined;
        if (!this.#unwritten.isEmpty) this.#wait();
      });
    });
  }

  /** Never rejects: what the store does not take now is added to what the next beat writes. */
  async #write(): Promise<void> {
    if (this.#unwritten.isEmpty) return;
    const rows = this.#unwritten.rows();
    this.#unwritten = new DeliveryTally();
    this.#writes += 1;
    try {
      await this.#deps.ledger.count(rows);
    } catch (error) {
      for (const row of rows) this.#unwritten.add(row);
      this.#deps.log.warn('cannot write the counts of deliveries', { error: messageOf(error) });
    }
  }
}

/** The counts by verdict, whatever the trigger and the reason. */
export function totalsOf(counts: readonly DeliveryCount[]): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const { verdict, count } of counts) totals[verdict] = (totals[verdict] ?? 0) + count;
  return totals;
}
