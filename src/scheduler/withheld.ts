/** Decides what keeps a moment that a schedule names from being due: its bounds or its blackout. */
import type { Schedule } from '../core/trigger.ts';
import { BlackoutSchedule } from './blackout-schedule.ts';
import { BoundedSchedule } from './plain-schedules.ts';

/** Why a moment is not due. */
export type Withheld =
  /** It is within this part of the blackout, as written. */
  | { readonly kind: 'blackout'; readonly text: string }
  /** Nothing counts before `startMs`. */
  | { readonly kind: 'early'; readonly startMs: number }
  /** Nothing counts after `lastMs`. */
  | { readonly kind: 'late'; readonly lastMs: number };

/** What the bounds and the blackout of a schedule say to an instant; undefined: nothing against it. */
export function withheldAt(schedule: Schedule, atMs: number): Withheld | undefined {
  if (schedule instanceof BlackoutSchedule) {
    const text = schedule.windowAt(atMs)?.text;
    return withheldAt(schedule.inner, atMs) ?? (text === undefined ? undefined : { kind: 'blackout', text });
  }
  if (!(schedule instanceof BoundedSchedule)) return undefined;
  const { startMs, endMs } = schedule;
  if (atMs < startMs) return { kind: 'early', startMs };
  return atMs < endMs ? undefined : { kind: 'late', lastMs: endMs - 1 };
}

/** The schedule without its bounds and its blackout. */
export function bareOf(schedule: Schedule): Schedule {
  const isWrapped = schedule instanceof BlackoutSchedule || schedule instanceof BoundedSchedule;
  return isWrapped ? bareOf(schedule.inner) : schedule;
}
