/** Decides when a getUpdates is answered: at once, when something comes, when its time is up, or by a conflict. */
import { UpdateQueue } from './queue.ts';
import { ClientGone, conflict } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { Raw, Update } from './wire.ts';

export interface Ask {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutSeconds: number;
  readonly closed: AbortSignal;
}

interface Poll {
  readonly limit: number;
  readonly settle: (end: readonly Update[] | Error) => void;
}

const OTHER_POLLER =
  'terminated by other getUpdates request; make sure that only one bot instance is running';

export class Inbox {
  readonly queue = new UpdateQueue();
  readonly #changed: () => void;
  #poll: Poll | undefined;

  /** `changed` is called whenever a poll begins or ends to wait. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get isPolled(): boolean {
    return this.#poll !== undefined;
  }

  deliver(update: Raw): number {
    const id = this.queue.add(update);
    const poll = this.#poll;
    if (id !== 0) poll?.settle(this.queue.first(poll.limit));
    return id;
  }

  /** Ends the poll that waits, confirms, and answers or waits. Rejects with a `Refusal` or `ClientGone`. */
  async read(ask: Ask): Promise<readonly Update[]> {
    this.end(conflict(OTHER_POLLER));
    this.queue.confirm(ask.offset);
    const ready = this.queue.first(ask.limit);
    return ready.length > 0 || ask.timeoutSeconds === 0 ? ready : this.#wait(ask);
  }

  end(reason: Refusal): void {
    this.#poll?.settle(reason);
  }

  #wait({ limit, timeoutSeconds, closed }: Ask): Promise<readonly Update[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Update[]>();
    const settle = (end: readonly Update[] | Error): void => {
      clearTimeout(timer);
      closed.removeEventListener('abort', leave);
      if (this.#poll === poll) this.#poll = undefined;
      if (end instanceof Error) reject(end);
      else resolve(end);
      this.#changed();
    };
    const leave = (): void => settle(new ClientGone());
    const timer = setTimeout(() => settle([]), timeoutSeconds * 1000);
    const poll = { limit, settle };
    closed.addEventListener('abort', leave);
    this.#poll = poll;
    if (closed.aborted) leave();
    this.#changed();
    return promise;
  }
}
