/** Decides when an answer is announced first: when it takes longer than a glance. */
import { atMost } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';

/** A chat gets a message a second: what is known this soon is said at once, and costs one. */
const GLANCE_MS = 300;

/** What `work` comes to within a glance; undefined: it takes longer. Rejects where it does so by then. */
export function atAGlance<T>(work: Promise<T>, clock: Clock): Promise<T | undefined> {
  return atMost(clock, GLANCE_MS, work);
}
