/** Decides how a life of the service is recorded: its begin, a sign of life a minute, and its orderly end. */
import type { Cancel, Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { BootId } from '../core/ids.ts';
import type { ServiceLedger } from '../core/service-ledger.ts';
import type { Log } from '../core/log.ts';

const EVERY_MS = 60_000;

/** Whose life is recorded, and where. */
export interface HeartbeatDeps {
  readonly ledger: ServiceLedger;
  readonly boot: BootId;
  readonly clock: Clock;
  readonly log: Log;
}

/** Writes signs of life until it is ended. */
export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  #timer: Cancel | undefined;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
    this.#wait();
  }

  /** Records the begin of this life. */
  static async begin(deps: HeartbeatDeps, version: string): Promise<Heartbeat> {
    await deps.ledger.beginBoot({ id: deps.boot, at: deps.clock.now(), version });
    return new Heartbeat(deps);
  }

  /** Records the orderly end; a store that cannot take it costs only the exact moment. */
  async end(): Promise<void> {
    this.#timer?.();
    const { ledger, boot, clock } = this.#deps;
    await this.#quietly(ledger.endBoot(boot, clock.now()));
  }

  #wait(): void {
    const { ledger, boot, clock } = this.#deps;
    this.#timer = clock.after(EVERY_MS, () => {
      this.#wait();
      void this.#quietly(ledger.alive(boot, clock.now()));
    });
  }

  async #quietly(write: Promise<void>): Promise<void> {
    try {
      await write;
    } catch (error) {
      this.#deps.log.warn('cannot write a sign of life', { error: messageOf(error) });
    }
  }
}
