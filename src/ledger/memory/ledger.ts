/** Decides how the parts of a ledger in memory fit together. */
import type { Ledger } from '../../core/ledger.ts';
import { isTerminal } from '../../core/run.ts';
import { MemoryChat } from './chat.ts';
import { MemoryDeliveries } from './deliveries.ts';
import { MemoryOutbox } from './outbox.ts';
import { MemoryReports } from './reports.ts';
import { MemoryRuns } from './runs.ts';
import { MemoryService } from './service.ts';
import { MemoryTriggers } from './triggers.ts';
import { MemoryUsage } from './usage.ts';

/** The whole store in memory, with the rules of the others and none of their durability. */
export class MemoryLedger implements Ledger {
  readonly #outbox = new MemoryOutbox();
  readonly triggers = new MemoryTriggers();
  readonly reports: MemoryReports = new MemoryReports((run) => this.runs.stateOf(run) !== undefined);
  readonly usage: MemoryUsage = new MemoryUsage((run) => {
    const state = this.runs.stateOf(run);
    return state !== undefined && !isTerminal(state);
  });
  readonly runs: MemoryRuns = new MemoryRuns({
    triggers: this.triggers,
    outbox: this.#outbox,
    usage: this.usage,
    reports: this.reports,
  });
  readonly chat = new MemoryChat(this.#outbox);
  readonly deliveries = new MemoryDeliveries();
  readonly service = new MemoryService();
  readonly location = 'memory:';

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing outlives it, so there is nothing to close.
  }
}
