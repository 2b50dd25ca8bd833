/** Decides how the one way out is taken: once, whoever asks for it and how often, and for good where anybody says so. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Departure } from '../core/restart.ts';

/** The way out of a service. */
export interface Leaving {
  /** Why it leaves; undefined: it stays. */
  readonly departure: Departure | undefined;
  /** Begins to leave, or joins in; resolves when it has. A stop makes a restart that is under way one, too. */
  begin(departure: Departure, force?: AbortSignal): Promise<void>;
  /** Why it left, once it has. */
  readonly gone: Promise<Departure>;
}

/** `work` leaves; `hurry` is aborted when there is to be no more waiting. */
export function createLeaving(work: (departure: Departure, hurry: AbortSignal) => Promise<void>): Leaving {
  const hurry = new AbortController();
  const gone = Promise.withResolvers<Departure>();
  let departure: Departure | undefined;
  let working: Promise<void> | undefined;

  async function leave(why: Departure): Promise<void> {
    // Whoever asked is answered first.
    await nextTurn();
    await work(why, hurry.signal);
    gone.resolve(departure ?? why);
  }

  return {
    get departure() {
      return departure;
    },
    begin(why, force) {
      if (departure === undefined || why.kind === 'stop') departure = why;
      if (force?.aborted === true) hurry.abort();
      force?.addEventListener('abort', () => {
        hurry.abort();
      });
      working ??= leave(why);
      return working;
    },
    gone: gone.promise,
  };
}
