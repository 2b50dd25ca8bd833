/** Decides what a ledger that has been in use looks like: which triggers, how often each, and how their rows ended. */
import type { RunState } from '../../src/core/run.ts';

/** Crons and webhooks, a few of which do most of the work. */
export const CRONS = 120;
export const WEBHOOKS = 80;
/** How far back the rows reach, ms: less than what retention keeps by default. */
export const SPAN_MS = 29 * 86_400_000;
/** The chat that one row in a hundred is told to. */
export const CHAT = 'default/4242';
/** The body of a delivery, bytes. */
export const BODY_BYTES = 200;

/** How rows end, of a thousand. */
const endings: ReadonlyArray<readonly [state: RunState, share: number]> = [
  ['succeeded', 940],
  ['failed', 25],
  ['skipped', 20],
  ['missed', 7],
  ['cancelled', 4],
  ['superseded', 4],
];

/** A trigger's name among its kind, and its share of the rows. */
export interface Share {
  readonly kind: 'cron' | 'webhook';
  readonly name: string;
  readonly weight: number;
}

/** All triggers, the busiest first, crons and webhooks mixed. */
export const shares: readonly Share[] = Array.from({ length: CRONS + WEBHOOKS }, (_, rank) => ({
  kind: rank % 5 < 3 ? ('cron' as const) : ('webhook' as const),
  name: `job-${rank}`,
  weight: 1 / (rank + 5),
}));

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Picks triggers by their shares: a table of 10,000 places. */
export function pickerOf(random: () => number): () => Share {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const places = shares.flatMap((share) =>
    Array.from({ length: Math.max(1, Math.round((share.weight / total) * 10_000)) }, () => share),
  );
  return () => places[Math.floor(random() * places.length)] ?? shares[0]!;
}

/** How a row ended, from a number between 0 and 1. */
export function endingOf(draw: number): RunState {
  let left = draw * 1_000;
  for (const [state, share] of endings) {
    if (left < share) return state;
    left -= share;
  }
  return 'succeeded';
}
