/** Decides a load that does not wait: requests leave at even intervals, however long the answers take. */
import { Connection, NOT_ANSWERED } from './connection.ts';

/** So many requests may be under way at once before one has to wait, which counts as its delay. */
const CONNECTIONS = 64;
/** Timers are no finer than this: what is nearer is waited for awake. */
const TIMER_MS = 1;

export interface SteadyOptions {
  readonly port: number;
  readonly perSecond: number;
  /** The whole request. */
  readonly text: string;
}

export interface SteadyReport {
  readonly accepted: number;
  /** Answered otherwise than 202, or not at all. */
  readonly others: number;
  /** Of these, those whose connection was refused, or cut before it had carried an answer. */
  readonly refused: number;
  /** Of these, those that crossed the closing of a connection that was kept open after earlier answers. */
  readonly crossed: number;
  /** From the moment a request was to leave, as far as the sender was awake then, to its answer; in order of leaving. */
  readonly latenciesMs: readonly number[];
}

/** Sends until it is stopped. */
export class SteadySender {
  readonly #options: SteadyOptions;
  readonly #idle: Connection[];
  readonly #waiting: number[] = [];
  readonly #latenciesMs: number[] = [];
  readonly #all: readonly Connection[];
  readonly #done = Promise.withResolvers<SteadyReport>();
  #accepted = 0;
  #others = 0;
  #refused = 0;
  #crossed = 0;
  #underWay = 0;
  #isStopped = false;

  constructor(options: SteadyOptions) {
    this.#options = options;
    this.#all = Array.from({ length: CONNECTIONS }, () => new Connection(options.port));
    this.#idle = [...this.#all];
    this.#sendDue(performance.now(), 0);
  }

  /** Sends nothing more; resolves when everything under way is answered. */
  stop(): Promise<SteadyReport> {
    this.#isStopped = true;
    this.#endIfDone();
    return this.#done.promise;
  }

  #sendDue(startedAt: number, sent: number): void {
    if (this.#isStopped) return;
    const intervalMs = 1_000 / this.#options.perSecond;
    const now = performance.now();
    let next = sent;
    // The sender's own lateness is not the server's: what it slept over leaves now and counts from now.
    for (; startedAt + next * intervalMs <= now; next++) this.#leave(now);
    const leftMs = startedAt + next * intervalMs - performance.now();
    const again = (): void => {
      this.#sendDue(startedAt, next);
    };
    if (leftMs > TIMER_MS) setTimeout(again, leftMs - TIMER_MS);
    else setImmediate(again);
  }

  #leave(at: number): void {
    this.#underWay += 1;
    const connection = this.#idle.pop();
    if (connection === undefined) this.#waiting.push(at);
    else this.#send(connection, at);
  }

  #send(connection: Connection, at: number): void {
    connection.send(this.#options.text, (status, isKept) => {
      this.#latenciesMs.push(performance.now() - at);
      if (status === 202) this.#accepted += 1;
      else this.#others += 1;
      if (status === NOT_ANSWERED && isKept) this.#crossed += 1;
      else if (status === NOT_ANSWERED) this.#refused += 1;
      this.#underWay -= 1;
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(connection);
      else this.#send(connection, next);
      this.#endIfDone();
    });
  }

  #endIfDone(): void {
    if (!this.#isStopped || this.#underWay > 0) return;
    for (const connection of this.#all) connection.close();
    this.#done.resolve({
      accepted: this.#accepted,
      others: this.#others,
      refused: this.#refused,
      crossed: this.#crossed,
      latenciesMs: this.#latenciesMs,
    });
  }
}
