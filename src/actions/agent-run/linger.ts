/** Decides how long a program may stay that has answered: a moment, longer while tasks of it go on, and as long as it works. */
import type { Cancel, Clock } from '../../core/clock.ts';
import { isAnswered } from '../../engines/account.ts';
import type { Account } from '../../engines/account.ts';

/** A program that has answered and does nothing gets this long to leave by itself, from its last event on. */
export const LINGER_MS = 3_000;

/**
 * One that waits for tasks in the background goes on when they end; but a server that it left running never ends, and the
 * answer would wait with it.
 */
export const BACKGROUND_MS = 60_000;

/** How long it may still stay; undefined: it has not answered, or works again. */
export function patience(account: Account): number | undefined {
  if (!isAnswered(account) || account.isWorking) return undefined;
  return account.background > 0 ? BACKGROUND_MS : LINGER_MS;
}

/** Waits for one program to leave. */
export class Linger implements Disposable {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  #heard: Account | undefined;
  #cancel: Cancel = () => undefined;

  /** `onOver` is called when it has stayed too long. */
  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** Called after every piece of its stream; one without an event, such as noise, changes nothing. */
  hear(account: Account): void {
    if (account === this.#heard) return;
    this.#heard = account;
    this.#cancel();
    const leftMs = patience(account);
    this.#cancel = leftMs === undefined ? () => undefined : this.#clock.after(leftMs, this.#onOver);
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }
}
