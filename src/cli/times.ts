/** Decides which instant a time on the command line means. */
import { hostZone } from '../scheduler/zones.ts';
import { clockOf } from '../scheduler/schedule.ts';
import { readMoment } from '../scheduler/moment.ts';
import type { ZoneClock } from '../scheduler/zone-clock.ts';
import { usage } from './input.ts';

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
