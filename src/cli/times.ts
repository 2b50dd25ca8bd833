/** Decides which instant a time on the command line means. */
import { hostZone } from '../scheduler/zones.ts';
import { clockOf } from '../scheduler/schedule.ts';
import { readMoment } from '../scheduler/moment.ts';
import type { ZoneClock } from '../scheduler/zone-clock.ts';
import { usage } from './input.ts';

const DAY_MS = 86_400_000;
const TIME_OF_DAY = /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** A zone's clock; the host's zone where none is named. A usage error names a zone that does not exist. */
export function zoneClock(zone: string | undefined): ZoneClock {
  const clock = clockOf(zone ?? hostZone());
  if (clock === undefined)
    throw usage(`there is no time zone "${zone}"; write an IANA name such as Europe/Berlin or UTC`);
  return clock;
}

/** Epoch ms of `2026-12-24T18:00`, with an offset or on the zone's wall. */
export function readTime(text: string, clock: ZoneClock): number {
  const moment = readMoment(text, clock);
  if (!moment.ok) throw usage(moment.message);
  return moment.atMs;
}

/** The same, and `18:00` for its last one at or before `nowMs`. */
export function readPastTime(text: string, clock: ZoneClock, nowMs: number): number {
  if (!TIME_OF_DAY.test(text)) return readTime(text, clock);
  const wallMs = nowMs + clock.offsetAt(nowMs);
  const at = (dayMs: number): number =>
    readTime(`${isoDate(dayMs)}T${text.padStart(text.split(':').length * 3 - 1, '0')}`, clock);
  const today = at(wallMs);
  return today <= nowMs ? today : at(wallMs - DAY_MS);
}

function isoDate(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
