/** Decides how a call into a worker ends: with its answer, at its deadline, when its caller leaves, or with the worker. */
import type { Cancel, Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import { limited } from './limits.ts';
import type { Limits } from './limits.ts';
import type { CallTarget, ToWorker } from './protocol.ts';

/** What a call came to. */
export type CallResult =
  | { readonly kind: 'returned'; readonly value: unknown }
  /** By the plugin itself. */
  | { readonly kind: 'threw'; readonly reason: string }
  | { readonly kind: 'late'; readonly reason: string }
  | { readonly kind: 'aborted' }
  /** The worker died. */
  | { readonly kind: 'crashed'; readonly reason: string };

/** What calls need. */
export interface CallsDeps {
  readonly clock: Clock;
  readonly send: (message: ToWorker) => void;
  /** The worker does not hear that a call is to end, as it is in a loop: it is of no more use. */
  readonly stuck: (reason: string) => void;
}

/** How long a worker may take to hear that a call is to end. */
const GRACE_MS = 2_000;

interface Open {
  readonly settle: (result: CallResult) => void;
  /** The worker has done with it. */
  readonly over: () => void;
}

/** The calls of one worker. */
export class Calls {
  readonly #deps: CallsDeps;
  readonly #open = new Map<number, Open>();
  #drained = Promise.withResolvers<void>();
  #last = 0;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Makes a call; never rejects. */
  async make(target: CallTarget, argument: unknown, limits: Limits): Promise<CallResult> {
    if (limits.signal?.aborted === true) return { kind: 'aborted' };
    const { promise, resolve } = Promise.withResolvers<CallResult>();
    const call = ++this.#last;
    const { clock, send } = this.#deps;
    let cancelGrace: Cancel = () => {};
    const giveUp = (result: CallResult): void => {
      resolve(result);
      if (!this.#open.has(call)) return;
      send({ kind: 'abort', call });
      cancelGrace = clock.after(GRACE_MS, () => {
        this.#deps.stuck('it was busy with a call that was to end, and heard nothing');
      });
    };
    const over = (): void => {
      cancelGrace();
    };
    this.#open.set(call, { settle: resolve, over });
    const settled = limited(limits, {
      clock,
      late: (seconds) => {
        giveUp({ kind: 'late', reason: `did not answer within ${seconds} s` });
      },
      aborted: () => {
        giveUp({ kind: 'aborted' });
      },
    });
    this.#begin(call, target, argument);
    const result = await promise;
    settled();
    return result;
  }

  /** The worker answers. */
  settle(call: number, result: CallResult): void {
    const open = this.#open.get(call);
    this.#open.delete(call);
    open?.settle(result);
    open?.over();
    if (this.#open.size > 0) return;
    this.#drained.resolve();
    this.#drained = Promise.withResolvers();
  }

  /** The worker answers nothing any more. */
  fail(reason: string): void {
    for (const call of [...this.#open.keys()]) this.settle(call, { kind: 'crashed', reason });
  }

  /** Resolves when no call is under way. */
  async drained(): Promise<void> {
    if (this.#open.size > 0) await this.#drained.promise;
  }

  #begin(call: number, target: CallTarget, argument: unknown): void {
    try {
      this.#deps.send({ kind: 'call', call, target, argument });
    } catch (error) {
      this.settle(call, { kind: 'threw', reason: messageOf(error) });
    }
  }
}
