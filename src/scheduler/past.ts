/** Decides which instant people mean who ask about something that is over. */
import type { Moment } from './moment.ts';
import { readMoment } from './moment.ts';
import type { ZoneClock } from './zone-clock.ts';

const DAY_MS = 86_400_000;
const TIME_OF_DAY = /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** `2026-12-24T18:00`, with an offset or on the zone's wall, and `18:00` for its last one at or before `nowMs`. */
export function readPast(text: string, clock: ZoneClock, nowMs: number): Moment {
  if (!TIME_OF_DAY.test(text)) return readMoment(text, clock);
  const wallMs = nowMs + clock.offsetAt(nowMs);
  const on = (dayMs: number): Moment =>
    readMoment(`${isoDate(dayMs)}T${text.padStart(text.split(':').length * 3 - 1, '0')}`, clock);
  const today = on(wallMs);
  return today.ok && today.atMs > nowMs ? on(wallMs - DAY_MS) : today;
}

function isoDate(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
