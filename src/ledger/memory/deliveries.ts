/** Decides how the outcomes of deliveries are counted in memory. */
import type { DeliveryCount, DeliveryLedger } from '../../core/delivery-ledger.ts';
import { DeliveryTally } from '../delivery-tally.ts';

/** Counts of deliveries in memory. */
export class MemoryDeliveries implements DeliveryLedger {
  readonly #tally = new DeliveryTally();

  async count(rows: readonly DeliveryCount[]): Promise<void> {
    for (const row of rows) this.#tally.add(row);
  }

  async deliveryCounts(
    filter: Parameters<DeliveryLedger['deliveryCounts']>[0],
  ): Promise<readonly DeliveryCount[]> {
    return this.#tally.rows(filter);
  }

  async forget(bounds: Parameters<DeliveryLedger['forget']>[0]): Promise<number> {
    return this.#tally.forget(bounds);
  }
}
