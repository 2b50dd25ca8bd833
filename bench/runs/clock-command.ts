/** Decides how a run tells when it began: it prints the time. */

/** A program that is small, everywhere, and knows parts of a millisecond (GNU). */
export const CLOCK_COMMAND: readonly string[] = ['date', '+%s%N'];

/** Epoch ms of what it printed. */
export function clockMs(printed: string): number {
  return Number(printed.trim()) / 1e6;
}
