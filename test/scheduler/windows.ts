/** Blackouts for tests, as people write them. */
import { readWindow } from '../../src/scheduler/blackout-text.ts';
import type { Blackout } from '../../src/scheduler/blackout.ts';
import { ZoneClock } from '../../src/scheduler/zone-clock.ts';

/** The blackout of these windows, which must be readable, in a zone. */
export function blackoutIn(zone: string, texts: readonly string[]): Blackout {
  const clock = new ZoneClock(zone);
  const windows = texts.map((text) => {
    const read = readWindow(text, clock);
    if (!read.ok) throw new Error(read.message);
    return read.window;
  });
  return { windows, clock };
}

/** `06:05` of the 365th minute of a day. */
export function hhmm(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
