/** Decides that webhooks are served as soon as the address can be had: a taken port disables nothing else. */
import type { RequestListener } from 'node:http';
import type { Cancel, Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ServerSettings, Snapshot } from '../core/snapshot.ts';
import type { Bound } from '../server/bound.ts';
import { withheld } from '../server/bound.ts';
import type { Listener } from '../server/listener.ts';
import { listen } from '../server/listener.ts';
import type { Conditions } from '../telemetry/conditions.ts';

const TRY_AGAIN_MS = 10_000;

/** What is served, and who is told when it cannot be. */
export interface ListeningDeps {
  readonly handlerFor: (bound: Bound) => RequestListener;
  readonly current: () => Snapshot;
  readonly clock: Clock;
  readonly log: Log;
  readonly conditions: Conditions;
}

type Address = Pick<ServerSettings, 'host' | 'port'>;

/** The one address the service listens on, tried again until it can be had. */
export class Listening {
  readonly #deps: ListeningDeps;
  #listener: Listener | undefined;
  #timer: Cancel | undefined;
  #isClosed = false;

  constructor(deps: ListeningDeps) {
    this.#deps = deps;
  }

  /** What is bound now. */
  get bound(): Bound | undefined {
    return this.#listener?.bound;
  }

  /** Tries once and, when that fails, every ten seconds; resolves after the first try. */
  async open(address: Address): Promise<void> {
    const { handlerFor, clock, log, conditions } = this.#deps;
    try {
      const listener = await listen({ ...address, handlerFor, clock });
      if (this.#isClosed) {
        await listener.close(0);
        return;
      }
      this.#listener = listener;
      conditions.clear('listener_down');
      this.tellWithheld();
    } catch (error) {
      conditions.raise('listener_down', messageOf(error));
      log.error('cannot listen, trying again', { ...address, error: messageOf(error) });
      if (!this.#isClosed) this.#tryAgain(address);
    }
  }

  /** Raises or clears the condition about webhooks that nobody verifies on an address that everybody reaches. */
  tellWithheld(): void {
    const { current, conditions } = this.#deps;
    const open = this.bound === undefined ? [] : withheld(current(), this.bound);
    if (open.length === 0) {
      conditions.clear('open_webhook_refused');
      return;
    }
    const names = open.map(({ id }) => id).join(', ');
    conditions.raise(
      'open_webhook_refused',
      `${names}: set auth, listen on 127.0.0.1, or allow_unauthenticated_webhooks = true`,
    );
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    this.#timer?.();
    await this.#listener?.close(graceMs);
  }

  #tryAgain(address: Address): void {
    this.#timer = this.#deps.clock.after(TRY_AGAIN_MS, () => {
      void this.open(address);
    });
  }
}
