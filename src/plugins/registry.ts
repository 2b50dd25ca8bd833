/** Decides which plugins serve: one table, replaced by one assignment; what it lets go of is retired. */
import type { PluginTable } from './table.ts';

/** The only holder of the table. */
export class PluginRegistry {
  #table: PluginTable = new Map();

  current(): PluginTable {
    return this.#table;
  }

  /** Makes `next` serve; generations that are not in it end once nothing they were called for is under way. */
  swap(next: PluginTable): void {
    const before = this.#table;
    this.#table = next;
    const kept = new Set([...next.values()].map(({ live }) => live));
    for (const { live } of before.values())
      if (live !== undefined && !kept.has(live)) void live.host.retire();
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    const lives = [...this.#table.values()].flatMap(({ live }) => live ?? []);
    await Promise.all(lives.map(({ host }) => host.end('the service stops')));
  }
}
