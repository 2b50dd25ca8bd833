/** Decides when an exchange is cut short: by its deadline, by its caller, or by the end of everything. */

import type { Clock } from '../core/clock.ts';

export type CutKind = 'timeout' | 'aborted' | 'too-large';

export interface CutReason {
  readonly cut: CutKind;
  readonly reason: string;
}

/** One exchange's way to end early: the first reason stays. */
export class Cut implements Disposable {
  readonly #controller = new AbortController();
  readonly #reason = Promise.withResolvers<CutReason>();
  readonly #release: () => void;
  /** Resolves with the first reason, and never otherwise. */
  readonly reason = this.#reason.promise;
  readonly signal = this.#controller.signal;

  constructor(clock: Clock, timeoutMs: number, caller: AbortSignal | undefined) {
    const abort = (): void => {
      this.now({ cut: 'aborted', reason: 'aborted' });
    };
    const cancel = clock.after(timeoutMs, () => {
      this.now({ cut: 'timeout', reason: `timed out after ${timeoutMs} ms` });
    });
    caller?.addEventListener('abort', abort, { once: true });
    this.#release = () => {
      cancel();
      caller?.removeEventListener('abort', abort);
    };
    if (caller?.aborted === true) abort();
  }

  now(reason: CutReason): void {
    this.#reason.resolve(reason);
    this.#controller.abort();
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}
