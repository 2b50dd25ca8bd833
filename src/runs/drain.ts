/** Decides how long what runs is waited for when the service leaves. */
import { pause } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { RunId } from '../core/ids.ts';

/** How the end is waited for. */
export interface Drain {
  readonly timeoutMs: number;
  /** Aborted: no more waiting. */
  readonly hurry: AbortSignal;
  /** The run that asked, from inside: it is not waited for, and gets ten seconds for its last words. */
  readonly asker?: RunId | undefined;
}

const LAST_WORDS_MS = 10_000;

/** Resolves when all have ended, or the time of the rest is over; `ends` are those under way. */
export async function patience(
  ends: ReadonlyMap<RunId, Promise<void>>,
  { timeoutMs, hurry, asker, clock }: Drain & { readonly clock: Clock },
): Promise<void> {
  const over = new AbortController();
  const stop = AbortSignal.any([hurry, over.signal]);
  const allBut = (run: RunId | undefined): Promise<unknown> =>
    Promise.all([...ends].filter(([id]) => id !== run).map(([, end]) => end));
  const enough = asker === undefined ? allBut(undefined) : lastWords(allBut(asker));
  await Promise.race([allBut(undefined), enough, pause(clock, timeoutMs, stop)]);
  over.abort();

  async function lastWords(others: Promise<unknown>): Promise<void> {
    await others;
    await pause(clock, LAST_WORDS_MS, stop);
  }
}
