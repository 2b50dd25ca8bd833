/** Decides what day it is: by UTC, and since when by the clocks of a zone, whatever they do in it. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The first instant of the day on the clock of `zone`, an IANA name; epoch ms. */
export function dayStart(zone: string, nowMs: number): number {
  const wall = (atMs: number): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(atMs);
  const today = wall(nowMs);
  // A day has 25 hours at most where the clock is set back by one, and is looked for to the minute.
  let first = nowMs - (nowMs % MINUTE_MS);
  for (let step = 16 * HOUR_MS; step >= MINUTE_MS; step = Math.floor(step / 2 / MINUTE_MS) * MINUTE_MS) {
    while (wall(first - step) === today) first -= step;
  }
  return first;
}

/** The day in UTC that a moment (epoch ms) belongs to, `yyyy-mm-dd`. */
export function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
