/** Decides when a test that waits for something goes on: its question is asked again after every event. */

/** What `until` waits for an answer to be. */
export type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

const PATIENCE_MS = 20_000;

interface Waiter {
  readonly ask: () => void;
  readonly end: (reason: string) => void;
}

export class Watch {
  readonly #waiters = new Set<Waiter>();
  readonly #report: () => string;

  /** `report` says what happened so far, for the error of one who waited in vain. */
  constructor(report: () => string) {
    this.#report = report;
  }

  /** Something happened. */
  notify(): void {
    for (const { ask } of [...this.#waiters]) ask();
  }

  /** Resolves with the first answer that is truthy; rejects when none comes (saying `what`), or when asking throws. */
  until<T>(question: () => T, what: string | (() => string)): Promise<Truthy<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<Truthy<T>>();
    const leave = (settle: () => void): void => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
      settle();
    };
    const waiter: Waiter = {
      ask: () => {
        try {
          const answer = question();
          if (answer) leave(() => resolve(answer as Truthy<T>));
        } catch (error) {
          leave(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      },
      end: (reason) => leave(() => reject(new Error(`${reason}: ${worded(what)}\n${this.#report()}`))),
    };
    const timer = setTimeout(() => waiter.end('never came true'), PATIENCE_MS);
    this.#waiters.add(waiter);
    waiter.ask();
    // Left alone by a test that failed elsewhere, it must not fail a second time as an unhandled rejection.
    promise.catch(() => {});
    return promise;
  }

  /** Ends all waiting; whoever still listens is told. */
  [Symbol.dispose](): void {
    for (const { end } of [...this.#waiters]) end('the Bot API was stopped while a test waited for');
  }
}

function worded(what: string | (() => string)): string {
  return typeof what === 'string' ? what : what();
}
