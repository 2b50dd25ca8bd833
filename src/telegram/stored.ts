/** Decides what happens while the store is away: the same again a second later, until it is done or given up. */
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/errors.ts';
import type { Nap } from './nap.ts';

const AGAIN_MS = 1_000;

/** How work with the store waits and is spoken of. */
export interface Storing {
  /** It is given up once this is over. */
  readonly nap: Nap;
  readonly log: Log;
  /** A constant sentence in lower case: what cannot be done. */
  readonly problem: string;
}

/** What `work` came to, however long the store was away; undefined: given up. It is tried once in any case. */
export async function untilStored<T>(
  work: () => Promise<T>,
  { nap, log, problem }: Storing,
): Promise<{ readonly value: T } | undefined> {
  for (;;) {
    try {
      return { value: await work() };
    } catch (error) {
      log.error(`${problem}, trying again`, { error: messageOf(error) });
      await nap.for(AGAIN_MS);
      if (nap.isOver) return undefined;
    }
  }
}
