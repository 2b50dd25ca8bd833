/** Decides how the parts of a ledger in memory fit together. */
import type { Ledger } from '../../core/ledger.ts';
import { MemoryDeliveries } from './deliveries.ts';
import { MemoryRuns } from './runs.ts';
import { MemoryService } from './service.ts';
import { MemoryTriggers } from './triggers.ts';

/** The whole store in memory, with the rules of the others and none of their durability. */
export class MemoryLedger implements Ledger {
  readonly triggers = new MemoryTriggers();
  readonly runs = new MemoryRuns(this.triggers);
  readonly deliveries = new MemoryDeliveries();
  readonly service = new MemoryService();
  readonly location = 'memory:';

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing outlives it, so there is nothing to close.
  }
}
