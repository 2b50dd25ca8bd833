/** Decides which instant people mean by `30m`, `14:30` or `tomorrow 9am`. */
import type { ParsedComponents } from 'chrono-node';
import { DateTime } from 'luxon';
import { parseDuration } from '../core/duration.ts';
import { instantsOfWall, readDate } from './moment.ts';
import { oddMoment } from './odd-moment.ts';
import type { OddMoment } from './odd-moment.ts';
import { ZoneClock } from './zone-clock.ts';
import { zoneExists } from './zones.ts';

/** The instant, or what is wrong: it cannot be read, or it is over. */
export type When =
  | {
      readonly ok: true;
      readonly atMs: number;
      /** Absent: the clock does nothing to it, or it is a later pass that was meant. */
      readonly odd?: OddMoment;
    }
  | { readonly ok: false; readonly kind: 'unreadable' | 'past'; readonly message: string };

const FORMS = 'write 30m, 1h30m, 2d, 14:30, "tomorrow 9am" or "2026-12-24 18:00"';

/**
 * Reads when something is to happen: a length of time from now (with units; months and years have no fixed length),
 * or a time on the zone's wall. A time of day alone that is over means tomorrow's; one that a clock change skips
 * means the first instant after it, and of two passes the first that is still to come. How far ahead is allowed is
 * the caller's rule. The reader of human dates is loaded on first use: it costs more than the rest of the program.
 */
export async function parseWhen(
  text: string,
  context: { readonly nowMs: number; readonly zone: string },
): Promise<When> {
  const written = text.trim().replace(/\s+/g, ' ');
  if (!zoneExists(context.zone)) return unreadable(`there is no time zone "${context.zone}"`);
  const length = parseDuration(written.replace(/^in /i, ''));
  if (length !== undefined) return { ok: true, atMs: context.nowMs + length };
  const notALength = refuseLength(written);
  if (notALength !== undefined) return unreadable(notALength);
  const clock = new ZoneClock(context.zone);
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/i.test(written)) return dated(written, clock, context.nowMs);
  return spoken(written, clock, context.nowMs);
}

/** Numbers without a unit and units without a length look like durations and must not be guessed at. */
function refuseLength(written: string): string | undefined {
  if (written === '') return `it is empty; ${FORMS}`;
  if (/^(in )?\d+(\.\d+)?$/i.test(written))
    return `"${written}" has no unit; write ${written}m, ${written}h or a time such as 14:30`;
  if (/^-/.test(written)) return `"${written}" is negative; ${FORMS}`;
  if (/^(in )?[\d.]+ ?(mo|mon|months?|y|yrs?|years?)$/i.test(written)) {
    return `"${written}": months and years differ in length; write days, or a date`;
  }
  return undefined;
}

function dated(written: string, clock: ZoneClock, nowMs: number): When {
  const date = readDate(written);
  if (!date.ok) return unreadable(`${date.message}; ${FORMS}`);
  return date.kind === 'instant'
    ? notPast(written, date.ms, nowMs)
    : onWall(written, date.ms, { clock, nowMs });
}

/** The first instant to come at which the wall shows `wallMs`. */
function onWall(
  written: string,
  wallMs: number,
  { clock, nowMs }: { readonly clock: ZoneClock; readonly nowMs: number },
): When {
  const atMs = firstAfter(instantsOfWall(clock, wallMs), nowMs);
  const when = notPast(written, atMs, nowMs);
  const odd = oddMoment(clock, wallMs);
  return when.ok && odd?.atMs === atMs ? { ...when, odd } : when;
}

async function spoken(written: string, clock: ZoneClock, nowMs: number): Promise<When> {
  const chrono = await import('chrono-node');
  const timezone = clock.offsetAt(nowMs) / 60_000;
  const [found, ...others] = chrono.parse(
    written,
    { instant: new Date(nowMs), timezone },
    { forwardDate: true },
  );
  const isWhole =
    found?.text.length === written.replace(/^(at|on) /i, '').length || found?.text.length === written.length;
  if (found === undefined || !isWhole || others.length > 0 || found.end)
    return unreadable(`"${written}" is not understood; ${FORMS}`);
  const { start } = found;
  // Chrono looks forward even where the words look back.
  if (/\b(last|ago|past|yesterday)\b/i.test(written)) return over(written);
  if (!start.isCertain('hour'))
    return unreadable(`"${written}" does not say at what time; write "${written} 9am"`);
  return settle(written, start, { clock, nowMs });
}

function settle(
  written: string,
  start: ParsedComponents,
  context: { readonly clock: ZoneClock; readonly nowMs: number },
): When {
  const { clock, nowMs } = context;
  const wall = wallOf(start);
  const offsetMinutes = start.isCertain('timezoneOffset') ? start.get('timezoneOffset') : null;
  if (offsetMinutes !== null) return notPast(written, wall.toMillis() - offsetMinutes * 60_000, nowMs);
  const atMs = firstAfter(instantsOfWall(clock, wall.toMillis()), nowMs);
  const namesDay = start.isCertain('day') || start.isCertain('weekday');
  const day = atMs > nowMs || namesDay ? wall : wall.plus({ days: 1 });
  return onWall(written, day.toMillis(), context);
}

/** The components as a wall time: chrono's own `date()` reads them with today's offset, an hour off across a change. */
function wallOf(start: ParsedComponents): DateTime {
  const part = (name: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'): number =>
    start.get(name) ?? 0;
  return DateTime.utc(part('year'), part('month'), part('day'), part('hour'), part('minute'), part('second'));
}

function firstAfter(instants: readonly [number, ...number[]], nowMs: number): number {
  return instants.find((instant) => instant > nowMs) ?? instants[0];
}

function notPast(written: string, atMs: number, nowMs: number): When {
  if (!Number.isFinite(atMs)) return unreadable(`"${written}" does not exist; ${FORMS}`);
  if (atMs >= nowMs) return { ok: true, atMs };
  return over(written);
}

function over(written: string): When {
  return { ok: false, kind: 'past', message: `"${written}" is in the past` };
}

function unreadable(message: string): When {
  return { ok: false, kind: 'unreadable', message };
}
