/** Decides which fires to come are at another instant by the new rules of a zone than by the old ones. */
import type { MovedFire } from '../core/event.ts';
import type { CronTrigger, Schedule } from '../core/trigger.ts';
import { readMoment } from './moment.ts';
import { OnceSchedule } from './plain-schedules.ts';
import { cronOf } from './schedule.ts';
import { nextInstant } from './wallclock.ts';
import { ZoneClock, offsetAt } from './zone-clock.ts';
import type { ZoneYears } from './zone-clock.ts';
import { yearsOf } from './zone-rules.ts';
import type { ZoneRules } from './zone-rules.ts';

/** The clock of a zone by both of its rules. */
export interface BothRules {
  readonly old: ZoneYears;
  readonly new: ZoneYears;
}

/** A fire that moved, epoch ms; undefined: there is none by these rules. */
export interface Move {
  readonly was: number | undefined;
  readonly now: number | undefined;
}

/**
 * The first fire after `nowMs` of each cron that is at another moment than by the rules of `old`, soonest first; zones
 * that `old` does not hold count as unchanged. Looks into the year of `nowMs` and the next.
 */
export function movedFires(
  crons: readonly CronTrigger[],
  old: ReadonlyMap<string, ZoneRules>,
  nowMs: number,
): readonly MovedFire[] {
  const changed = changedZones(crons, old, nowMs);
  const moved = crons.flatMap(({ id, schedule }): readonly MovedFire[] => {
    const zone = changed.get(schedule.zone);
    const move = zone === undefined ? undefined : firstMove(schedule, zone.rules, zone.moments);
    return move === undefined ? [] : [{ trigger: id, zone: schedule.zone, ...move }];
  });
  return moved.sort((a, b) => soonest(a) - soonest(b));
}

/** The clocks of the zones in which a wall decides when something is due; in those of `every` alone none does. */
export function clocksOf(schedules: Iterable<Schedule>): ReadonlyMap<string, ZoneClock> {
  const clocks = new Map<string, ZoneClock>();
  for (const schedule of schedules) {
    const cron = cronOf(schedule);
    const isOnWall = cron !== undefined || schedule instanceof OnceSchedule;
    const { zone } = schedule;
    if (isOnWall && !clocks.has(zone)) clocks.set(zone, cron?.clock ?? new ZoneClock(zone));
  }
  return clocks;
}

/**
 * The moments after `nowMs` from which on fires may differ: where the two clocks begin or cease to show the same, in the
 * year of `nowMs` and the next. Ascending; the first is `nowMs` itself where they differ already.
 */
export function partings(rules: BothRules, nowMs: number): readonly number[] {
  const differ = (atMs: number): boolean => offsetAt(rules.old, atMs) !== offsetAt(rules.new, atMs);
  const later = changesAfter(rules, nowMs).filter((atMs) => differ(atMs) || differ(atMs - 1));
  return differ(nowMs) ? [nowMs, ...later] : later;
}

/** The first fire of the schedule that moved, given the `partings` of its zone; undefined: none did. */
export function firstMove(
  schedule: Schedule,
  rules: BothRules,
  moments: readonly number[],
): Move | undefined {
  const [first] = moments;
  if (first === undefined) return undefined;
  if (schedule instanceof OnceSchedule) return moveOnce(schedule, rules.old, first);
  const cron = cronOf(schedule);
  if (cron === undefined) return undefined;
  for (const atMs of moments) {
    const was = nextInstant(cron, rules.old, atMs - 1);
    const now = nextInstant(cron, rules.new, atMs - 1);
    const isWithinBounds = now === undefined || schedule.next(now - 1) === now;
    if (was !== now && isWithinBounds) return { was, now };
  }
  return undefined;
}

interface ChangedZone {
  readonly rules: BothRules;
  readonly moments: readonly number[];
}

function changedZones(
  crons: readonly CronTrigger[],
  old: ReadonlyMap<string, ZoneRules>,
  nowMs: number,
): ReadonlyMap<string, ChangedZone> {
  const changed = new Map<string, ChangedZone>();
  for (const [zone, clock] of clocksOf(crons.map(({ schedule }) => schedule))) {
    const rules = { old: yearsOf(old.get(zone) ?? [], clock), new: clock };
    const moments = partings(rules, nowMs);
    if (moments.length > 0) changed.set(zone, { rules, moments });
  }
  return changed;
}

function soonest({ was, now }: Move): number {
  return Math.min(was ?? Infinity, now ?? Infinity);
}

function moveOnce(schedule: OnceSchedule, old: ZoneYears, firstMs: number): Move | undefined {
  const moment = readMoment(schedule.expression, old);
  const was = moment.ok ? moment.atMs : undefined;
  const now = schedule.next(-Infinity);
  const isToCome = Math.max(was ?? -Infinity, now ?? -Infinity) >= firstMs;
  return was !== now && isToCome ? { was, now } : undefined;
}

/** The changes of either clock in (`nowMs`, end of the next year], each once. */
function changesAfter(rules: BothRules, nowMs: number): readonly number[] {
  const changes = [rules.old, rules.new].flatMap((years) => {
    const current = years.yearAt(nowMs);
    const next = current === undefined ? undefined : years.yearAt(current.toMs);
    return [current, next].flatMap(
      (table) => table?.starts.filter((at) => at > nowMs && at < table.toMs) ?? [],
    );
  });
  return [...new Set(changes)].sort((a, b) => a - b);
}
