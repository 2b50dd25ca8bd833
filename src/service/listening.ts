/**
 * Decides that webhooks are served as soon as the address can be had, where a save moves it, and with which certificate: a
 * taken port disables nothing else.
 */
import { closeSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { TLS_PATH } from '../config/certificate.ts';
import { nothingToDo, onlyCommit, preparing } from '../config/stage.ts';
import type { Prepared, Stage, Staged } from '../config/stage.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ServerSettings, Snapshot } from '../core/snapshot.ts';
import { isSamePair } from '../core/tls.ts';
import type { TlsPair } from '../core/tls.ts';
import { utc } from '../core/utc.ts';
import type { Bound } from '../server/bound.ts';
import { withheld } from '../server/bound.ts';
import type { Inherited } from '../server/inherited.ts';
import type { Listener } from '../server/listener.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import { connectionLimit } from './descriptor-limit.ts';
import type { Native } from './native.ts';
import { listenOrNameHolder } from './taken-port.ts';

const TRY_AGAIN_MS = 10_000;
// Longer than a request may take: what came in by the old address is answered there.
const RETIRE_MS = 90_000;

/** What is served, and who is told when it cannot be. */
export interface ListeningDeps {
  readonly handlerFor: (bound: Bound) => RequestListener;
  readonly current: () => Snapshot;
  readonly clock: Clock;
  readonly log: Log;
  readonly conditions: Conditions;
  /** A socket that listens already, which takes the place of the first that would be bound. */
  readonly inherited: Inherited | undefined;
}

type Address = Pick<ServerSettings, 'host' | 'port'>;
type Place = Address & Pick<Snapshot, 'tls'>;

/** The one address the service listens on, tried again until it can be had, moved when a save says so. */
export class Listening implements Stage {
  readonly #deps: ListeningDeps;
  readonly #retired = new Set<Listener>();
  #inherited: Inherited | undefined;
  /** The address is that of systemd's socket unit, and none of ours. */
  readonly #isHandedOver: boolean;
  #listener: Listener | undefined;
  #timer: Cancel | undefined;
  #isClosed = false;

  constructor(deps: ListeningDeps) {
    this.#deps = deps;
    this.#inherited = deps.inherited;
    this.#isHandedOver = deps.inherited !== undefined && deps.inherited.configured === undefined;
  }

  /** What is bound now. */
  get bound(): Bound | undefined {
    return this.#listener?.bound;
  }

  /** What TLS is spoken with now; undefined: plain HTTP, or nothing. */
  get tls(): TlsPair | undefined {
    return this.#listener?.tls;
  }

  /** Tries what is live once and, when that fails, every ten seconds; resolves after the first try. */
  async open(): Promise<void> {
    if (this.#listener !== undefined) return;
    const { log, conditions, current } = this.#deps;
    const place = placeOf(current());
    try {
      const listener = await this.#listen({ ...place, ...this.#takeInherited(place) });
      // A save may have moved it meanwhile.
      if (this.#isClosed || this.bound !== undefined) await listener.close(0);
      else this.#serve(listener);
    } catch (error) {
      const { host, port } = place;
      conditions.raise('listener_down', messageOf(error));
      log.error('cannot listen, trying again', { host, port, error: messageOf(error) });
      if (!this.#isClosed && this.bound === undefined) this.#tryAgain();
    }
  }

  /**
   * Listens where the next configuration says, beside the old address; only where both share a port, the old one is let
   * go of first, and taken again if that was in vain. A refusal names who holds the port. Another certificate, or the
   * first or none any more, moves nothing: the socket stays, and connections that come in are met with it.
   */
  async prepare(next: Snapshot, previous: Snapshot): Promise<Prepared> {
    const [to, from] = [placeOf(next), placeOf(previous)];
    const isElsewhere = written(to) !== written(from);
    if (!isElsewhere && isSamePair(to.tls, from.tls)) return nothingToDo;
    if (!isElsewhere) return preparing(TLS_PATH, async () => this.#exchange(to));
    if (this.#isHandedOver) return preparing(TLS_PATH, async () => this.#stay(to));
    const isSamePort = to.port !== 0 && to.port === this.bound?.port;
    return preparing(['triggers', 'server', 'port'], () => (isSamePort ? this.#replace(to) : this.#add(to)));
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

  /**
   * Keeps the socket open for the next life of this process: who connects meanwhile waits until it serves. Undefined: it
   * cannot be kept, or there is none.
   */
  keep(native: Native | undefined): Inherited | undefined {
    const open = this.#listener?.fd;
    const fd = open === undefined ? undefined : native?.duplicate(open);
    if (fd === undefined || native?.survive(fd, true) !== true) return undefined;
    return { fd, ...(!this.#isHandedOver && { configured: written(this.#deps.current().server) }) };
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    this.#timer?.();
    const all = [...this.#retired, ...(this.#listener === undefined ? [] : [this.#listener])];
    await Promise.all(all.map((listener) => listener.close(graceMs)));
  }

  /** Once; one that was kept under another address is let go of. */
  #takeInherited(address: Address): { readonly fd?: number } {
    const inherited = this.#inherited;
    this.#inherited = undefined;
    if (inherited === undefined) return {};
    if ((inherited.configured ?? written(address)) === written(address)) return { fd: inherited.fd };
    closeSync(inherited.fd);
    return {};
  }

  /** Another certificate, or the first or none any more, where it listens. */
  #exchange({ tls }: Place): Staged {
    const change = this.#listener?.ready(tls);
    return onlyCommit(() => {
      change?.();
      this.#catchUp();
      return this.#told();
    });
  }

  /** The file would have it somewhere else, and that is not ours to say. */
  #stay(to: Place): Staged {
    const isSame = isSamePair(this.tls, to.tls);
    const exchange = this.#exchange(to);
    return onlyCommit(() => {
      const exchanged = exchange.commit();
      const text = `stays on ${this.bound?.url ?? 'its address'}: that is for systemd's socket unit to say`;
      return [{ key: 'triggers.server', class: 'listener_reload', text }, ...(isSame ? [] : exchanged)];
    });
  }

  /** It may have begun to listen while a save exchanged the certificate. */
  #catchUp(): void {
    const { tls } = this.#deps.current();
    if (this.#listener !== undefined && !isSamePair(this.#listener.tls, tls)) this.#listener.ready(tls)();
  }

  /** What is true now. */
  #told(): ReturnType<Staged['commit']> {
    if (this.#listener === undefined) return [];
    const { bound, tls } = this.#listener;
    const proof = tls === undefined ? '' : `, with a certificate until ${utc(tls.validTo)} (UTC)`;
    return [{ key: 'triggers.server', class: 'listener_reload', text: `listens on ${bound.url}${proof}` }];
  }

  #listen(place: Place & { readonly fd?: number }): Promise<Listener> {
    const { handlerFor, clock, log } = this.#deps;
    return listenOrNameHolder({ ...place, handlerFor, clock, log, maxConnections: connectionLimit() });
  }

  #serve(listener: Listener): ReturnType<Staged['commit']> {
    this.#timer?.();
    this.#listener = listener;
    this.#catchUp();
    this.#deps.conditions.clear('listener_down');
    this.tellWithheld();
    return this.#told();
  }

  async #add(to: Place): Promise<Staged> {
    const listener = await this.#listen(to);
    return {
      commit: () => {
        this.#retire();
        return this.#serve(listener);
      },
      undo: () => listener.close(0),
    };
  }

  async #replace(to: Place): Promise<Staged> {
    this.#retire();
    // What is live is still the old address.
    const back = (): Promise<void> => this.open();
    try {
      const listener = await this.#listen(to);
      const undo = async (): Promise<void> => {
        await listener.close(0);
        await back();
      };
      return { commit: () => this.#serve(listener), undo };
    } catch (error) {
      await back();
      throw error;
    }
  }

  #retire(): void {
    const old = this.#listener;
    this.#listener = undefined;
    if (old === undefined) return;
    this.#retired.add(old);
    void old.retire(RETIRE_MS).then(() => this.#retired.delete(old));
  }

  #tryAgain(): void {
    this.#timer = this.#deps.clock.after(TRY_AGAIN_MS, () => {
      void this.open();
    });
  }
}

function placeOf({ server: { host, port }, tls }: Snapshot): Place {
  return { host, port, tls };
}

function written({ host, port }: Address): string {
  return `${host}:${port}`;
}
