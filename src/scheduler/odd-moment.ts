/** Decides what is told of a moment that the clock of its zone skips or shows twice. */
import { clockTime, repeatedNote, skippedNote } from './clock-notes.ts';
import { instantsOfWall } from './moment.ts';
import { stretchAt } from './zone-clock.ts';
import type { ZoneYears } from './zone-clock.ts';

/** A time on a wall that is no one instant; all in ms. */
export interface OddMoment {
  readonly kind: 'skipped' | 'repeated';
  /** Since 1970 on that wall, as written. */
  readonly wallMs: number;
  /** The instant that it means, see `readMoment`. */
  readonly atMs: number;
  /** The clock change, epoch ms. */
  readonly changeMs: number;
  /** Wall time minus instant, before the change and after it. */
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** What is odd about a time on the zone's wall; undefined on ordinary days. */
export function oddMoment(clock: ZoneYears, wallMs: number): OddMoment | undefined {
  const [atMs, second] = instantsOfWall(clock, wallMs);
  const year = clock.yearAt(wallMs);
  if (year === undefined) return undefined;
  const index = stretchAt(year, second ?? atMs);
  const { [index]: changeMs = atMs } = year.starts;
  const { [index - 1]: beforeMs = 0, [index]: afterMs = 0 } = year.offsets;
  const facts = { wallMs, atMs, changeMs, beforeMs, afterMs };
  if (second !== undefined) return { kind: 'repeated', ...facts };
  return atMs + afterMs === wallMs ? undefined : { kind: 'skipped', ...facts };
}

/** The note beside its fire, as crons have it. */
export function noteOfMoment({ kind, wallMs, atMs, changeMs, afterMs }: OddMoment): string {
  if (kind === 'repeated') return repeatedNote(changeMs, { isOnce: true });
  return skippedNote({ changeMs, wallMs, localMs: atMs + afterMs, isMadeUp: true });
}

/** What is wrong with it, and the remedy. */
export function oddWords({ kind, wallMs, atMs, beforeMs, afterMs }: OddMoment, zone: string): string {
  const what = `on ${dayOf(wallMs)} in ${zone}`;
  const [before, after] = [offsetText(beforeMs), offsetText(afterMs)];
  if (kind === 'repeated')
    return `${clockTime(wallMs)} is shown twice ${what}: it fires the first time; write an offset to say which, ${before} or ${after}`;
  const local = atMs + afterMs;
  const day = dayOf(local) === dayOf(wallMs) ? '' : `${dayOf(local)} `;
  return `${clockTime(wallMs)} does not exist ${what}: it fires at ${day}${clockTime(local)}; write another time, or an offset such as ${before}`;
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

/** `+01:00`. */
function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${offsetMs < 0 ? '-' : '+'}${hour}:${minute}`;
}
