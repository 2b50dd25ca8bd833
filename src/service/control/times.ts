/** Decides which instant a person means by a time, and how far ahead it may lie. */
import type { Control } from '../../core/control.ts';
import { formatDuration } from '../../core/duration.ts';
import { AppError } from '../../core/errors.ts';
import { readPast } from '../../scheduler/past.ts';
import { clockOf } from '../../scheduler/schedule.ts';
import { parseWhen } from '../../scheduler/when.ts';
import type { When } from '../../scheduler/when.ts';
import type { Now } from './when.ts';

/** The farthest that anything may lie ahead. */
const FARTHEST_MS = 366 * 86_400_000;

/** See `Control.readTime`. */
export async function readTime(
  { text, side }: Pick<Parameters<Control['readTime']>[0], 'text' | 'side'>,
  now: Now,
): Promise<number> {
  return side === 'past' ? readOver(text, now) : comingOf(text, await parseWhen(text, now), now);
}

/** The coming instant of what was read of `text`. Throws `invalid_argument`: unreadable, in the past, or too far ahead. */
export function comingOf(text: string, read: When, { nowMs }: Now): number {
  if (!read.ok) throw new AppError('invalid_argument', read.message);
  if (read.atMs <= nowMs) throw new AppError('invalid_argument', `"${text}" is in the past`);
  if (read.atMs - nowMs <= FARTHEST_MS) return read.atMs;
  throw new AppError('invalid_argument', `${text} is farther ahead than ${formatDuration(FARTHEST_MS)}`);
}

function readOver(text: string, { nowMs, zone }: Now): number {
  const clock = clockOf(zone);
  if (clock === undefined) throw new AppError('invalid_argument', `there is no time zone "${zone}"`);
  const moment = readPast(text, clock, nowMs);
  if (!moment.ok) throw new AppError('invalid_argument', moment.message);
  return moment.atMs;
}
