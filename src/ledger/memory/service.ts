/** Decides how lives of the service and its configurations are kept in memory. */
import type { BootId } from '../../core/ids.ts';
import type { Boot, ServiceLedger, StoredRevision } from '../../core/service-ledger.ts';
import { KEPT_BOOTS, KEPT_REVISIONS } from '../kept.ts';

/** Boots and revisions in memory, newest first. */
export class MemoryService implements ServiceLedger {
  #boots: readonly Boot[] = [];
  #revisions: readonly StoredRevision[] = [];

  async beginBoot({ id, at, version }: Parameters<ServiceLedger['beginBoot']>[0]): Promise<void> {
    const boot = { id, startedAt: at, aliveAt: at, stoppedAt: undefined, version };
    this.#boots = [boot, ...this.#boots].slice(0, KEPT_BOOTS);
  }

  async alive(id: BootId, at: number): Promise<void> {
    this.#boots = this.#boots.map((boot) => (boot.id === id ? { ...boot, aliveAt: at } : boot));
  }

  async endBoot(id: BootId, at: number): Promise<void> {
    this.#boots = this.#boots.map((boot) =>
      boot.id === id ? { ...boot, aliveAt: at, stoppedAt: at } : boot,
    );
  }

  async boots(limit: number): Promise<readonly Boot[]> {
    return this.#boots.slice(0, limit);
  }

  async addRevision(revision: Parameters<ServiceLedger['addRevision']>[0]): Promise<number> {
    const newest = this.#revisions[0];
    if (newest?.hash === revision.hash) return newest.revision;
    const number = (newest?.revision ?? 0) + 1;
    this.#revisions = [{ revision: number, ...revision }, ...this.#revisions].slice(0, KEPT_REVISIONS);
    return number;
  }

  async revisions(): Promise<readonly StoredRevision[]> {
    return this.#revisions;
  }
}
