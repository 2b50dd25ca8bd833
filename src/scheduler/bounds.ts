/** Decides from when to when a schedule counts, by the moments written as its start and its end. */
import { DAY_MS } from './civil.ts';
import { instantPastWall, instantsOfWall, readDate, readMoment } from './moment.ts';
import type { Moment } from './moment.ts';
import type { ZoneClock } from './zone-clock.ts';

/** The first instant that counts, see `readMoment`. */
export function readStart(text: string, clock: ZoneClock): Moment {
  return readMoment(text, clock);
}

/**
 * The first instant that counts no more. The moment itself counts, and of a date the whole day; one that is shown
 * twice means the second time, one that is skipped the first instant after.
 */
export function readEnd(text: string, clock: ZoneClock): Moment {
  const read = readDate(text);
  if (!read.ok) return read;
  if (read.kind === 'instant') return { ok: true, atMs: read.ms + 1 };
  if (read.kind === 'day') return { ok: true, atMs: instantPastWall(clock, read.ms + DAY_MS) };
  return { ok: true, atMs: Math.max(...instantsOfWall(clock, read.ms)) + 1 };
}
