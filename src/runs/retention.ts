/** Decides when finished runs leave the store: a little at a time, their output files with them. */
import type { Cancel, Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { DeliveryLedger } from '../core/delivery-ledger.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import type { Log } from '../core/log.ts';
import type { RetentionSettings } from '../core/snapshot.ts';
import { removeOutput } from './output.ts';

const EVERY_MS = 10 * 60_000;
/** Rows deleted in one transaction, small enough that nobody waits for it. */
const AT_ONCE = 200;

/** What is swept, and the bounds, asked for at each sweep. */
export interface RetentionDeps {
  readonly runs: RunLedger;
  readonly deliveries: DeliveryLedger;
  readonly chat: Pick<ChatLedger, 'pruneMessages'>;
  /** Sweeps what others keep for a while, at each sweep after the runs. */
  readonly more: () => Promise<void>;
  readonly settings: () => RetentionSettings;
  readonly outputRoot: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sweeps at intervals until it is disposed. */
export class Retention implements Disposable {
  readonly #deps: RetentionDeps;
  #timer: Cancel | undefined;
  #isOver = false;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
    this.#wait();
  }

  /** Deletes everything that is past its time now; answers with how many runs went. */
  async sweep(): Promise<number> {
    const runs = await this.#sweepRuns();
    await this.#sweepCounts();
    if (!this.#isOver) await this.#deps.more();
    return runs;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.();
  }

  async #sweepRuns(): Promise<number> {
    const { runs, settings, outputRoot, clock } = this.#deps;
    let total = 0;
    for (;;) {
      const { maxAgeMs, maxRuns } = settings();
      const now = clock.now();
      const gone = await runs.prune({ endedBefore: now - maxAgeMs, keep: maxRuns, limit: AT_ONCE, now });
      await removeOutput(outputRoot, gone);
      total += gone.length;
      if (gone.length < AT_ONCE || this.#isOver) return total;
    }
  }

  async #sweepCounts(): Promise<void> {
    const { deliveries, chat, settings, clock } = this.#deps;
    const bounds = { before: clock.now() - settings().maxAgeMs, limit: AT_ONCE };
    while (!this.#isOver && (await deliveries.forget(bounds)) === AT_ONCE);
    while (!this.#isOver && (await chat.pruneMessages(bounds)) === AT_ONCE);
  }

  #wait(): void {
    this.#timer = this.#deps.clock.after(EVERY_MS, () => {
      this.sweep()
        .catch((error: unknown) => {
          this.#deps.log.warn('cannot delete old runs', { error: messageOf(error) });
        })
        .finally(() => {
          if (!this.#isOver) this.#wait();
        });
    });
  }
}
