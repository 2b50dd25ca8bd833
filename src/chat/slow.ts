/** Decides when an answer is announced first: when it takes longer than a glance. */
import { pause } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';

/** A chat gets a message a second: what is known this soon is said at once, and costs one. */
const GLANCE_MS = 300;

/** What `work` comes to within a glance; undefined: it takes longer. Rejects where it does so by then. */
export async function atAGlance<T>(work: Promise<T>, clock: Clock): Promise<T | undefined> {
  const known = new AbortController();
  const late = pause(clock, GLANCE_MS, known.signal).then(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    known.abort();
  }
}
