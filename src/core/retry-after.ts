/** Decides how long a server asks to be left alone. */

const DAY_MS = 86_400_000;

/**
 * The wait that a `Retry-After` header asks for, ms: a number of seconds, or a date (RFC 9110, 10.2.3). Undefined where it
 * is absent, is neither, or lies behind; never more than a day, so that no server holds what waits for ever.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : dateOf(text) - nowMs;
  return waitMs > 0 ? Math.min(waitMs, DAY_MS) : undefined;
}

/** Epoch ms of the three forms of a date in HTTP (RFC 9110, 5.6.7), all of which begin with the day's name. */
function dateOf(text: string): number {
  return /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
}
