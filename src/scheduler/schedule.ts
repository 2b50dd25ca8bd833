/** Decides which schedule a piece of configuration means, or what is wrong with it. */
import type { Schedule } from '../core/trigger.ts';
import { BlackoutSchedule } from './blackout-schedule.ts';
import type { BlackoutWindow } from './blackout.ts';
import { createCalendar } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import { CronSchedule } from './cron-schedule.ts';
import { understand, understandEvery } from './dialect.ts';
import { instantsOfWall, readDate } from './moment.ts';
import { oddMoment } from './odd-moment.ts';
import type { OddMoment } from './odd-moment.ts';
import { BoundedSchedule, EverySchedule, OnceSchedule, RebootSchedule } from './plain-schedules.ts';
import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { ClockChangePolicy } from './wallclock.ts';
import { bareOf } from './withheld.ts';
import { createZoneClocks } from './zone-clock.ts';
import type { ZoneClock, ZoneClocks } from './zone-clock.ts';

/** What compiled schedules share: the fields of equal expressions and the tables of their zones. */
export interface ScheduleTables {
  readonly calendar: Calendar;
  readonly clocks: ZoneClocks;
}

/** Empty tables. Make them once and pass them to every compilation: a zone's first year takes 0.7 ms. */
export function createScheduleTables(): ScheduleTables {
  return { calendar: createCalendar(), clocks: createZoneClocks() };
}

/** Instants before `startMs`, from `endMs` on (epoch ms) and in the blackout do not count. */
export interface ScheduleBounds {
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  /** Not such that they cover the day, see `coversDay`. */
  readonly blackout?: readonly BlackoutWindow[] | undefined;
}

/** A cron expression as configured. */
export interface CronSpec extends ScheduleBounds {
  /** Five to seven fields, a nickname, `@reboot` or `@every 90m`. */
  readonly expression: string;
  /** IANA name. */
  readonly zone: string;
  /** Default `vixie`. */
  readonly dst?: ClockChangePolicy | undefined;
  /** What `H` is hashed from: the trigger's id. */
  readonly hashSeed?: string | undefined;
  /** Where `@every` counts from, epoch ms; default the epoch, which survives restarts by itself. */
  readonly anchorMs?: number | undefined;
}

/** A length of time between fires as configured. */
export interface EverySpec extends ScheduleBounds {
  /** `90m`, `1h30m`, `2d`; one second at least. */
  readonly every: string;
  readonly zone: string;
  /** Where it counts from, epoch ms; nothing is due before. Default the epoch, which survives restarts by itself. */
  readonly anchorMs?: number | undefined;
}

/** A schedule, or the part that is wrong and a sentence that says why and what to write instead. */
export type Compilation = { readonly ok: true; readonly schedule: Schedule } | Refusal;

/**
 * Compiles a cron expression. An expression that can never match (`0 0 31 2 *`) compiles, see `neverFires`. Without
 * `tables` it makes some for this one schedule, which is right for a single question and slow for many.
 */
export function compileSchedule(
  spec: CronSpec,
  tables: ScheduleTables = createScheduleTables(),
): Compilation {
  const clock = tables.clocks.clockOf(spec.zone);
  if (clock === undefined) return unknownZone(spec.zone);
  const meaning = understand(spec.expression, spec.hashSeed ?? '');
  if (!meaning.ok) return meaning;
  const { expression, zone } = spec;
  switch (meaning.kind) {
    case 'reboot':
      return { ok: true, schedule: new RebootSchedule({ expression, zone }) };
    case 'every':
      return bounded(
        new EverySchedule({ expression, zone, periodMs: meaning.periodMs, anchorMs: spec.anchorMs ?? 0 }),
        spec,
        clock,
      );
    case 'fields': {
      const compiled = tables.calendar.compile(meaning.tokens);
      if (!compiled.ok) return compiled;
      return bounded(
        new CronSchedule({ expression, fields: compiled.fields, dst: spec.dst ?? 'vixie', clock }),
        spec,
        clock,
      );
    }
  }
}

/** Compiles an `every = "90m"`. */
export function compileEvery(spec: EverySpec, tables: ScheduleTables = createScheduleTables()): Compilation {
  const clock = tables.clocks.clockOf(spec.zone);
  if (clock === undefined) return unknownZone(spec.zone);
  const meaning = understandEvery(spec.every.trim());
  if (!meaning.ok) return meaning;
  const { periodMs } = meaning;
  return bounded(
    new EverySchedule({ expression: spec.every, zone: spec.zone, periodMs, anchorMs: spec.anchorMs ?? 0 }),
    spec,
    clock,
  );
}

/** Compiles an `at = "2026-12-24T18:00"`, see `readMoment`; one in the past compiles and never fires. */
export function compileAt(
  spec: { readonly at: string; readonly zone: string },
  tables: ScheduleTables = createScheduleTables(),
): Compilation {
  const clock = tables.clocks.clockOf(spec.zone);
  if (clock === undefined) return unknownZone(spec.zone);
  const written = readDate(spec.at);
  if (!written.ok) return refuse('expression', written.message);
  const { kind, ms } = written;
  const [atMs, odd] =
    kind === 'instant' ? [ms, undefined] : [instantsOfWall(clock, ms)[0], oddMoment(clock, ms)];
  return { ok: true, schedule: new OnceSchedule({ expression: spec.at, zone: spec.zone, atMs, odd }) };
}

/** What a clock change does to the one moment of a schedule; undefined for any other schedule, and on ordinary days. */
export function oddityOf(schedule: Schedule): OddMoment | undefined {
  return schedule instanceof OnceSchedule ? schedule.odd : undefined;
}

/** Whether it is due once at each start of the service rather than at an instant. */
export function isReboot(schedule: Schedule): boolean {
  return schedule instanceof RebootSchedule;
}

/** Whether nothing is due any more after `afterMs`, as with `0 0 31 2 *` or a year that is over. */
export function neverFires(schedule: Schedule, afterMs: number): boolean {
  return !isReboot(schedule) && schedule.next(afterMs) === undefined;
}

/** The cron behind a schedule, its bounds and blackout taken off; undefined for those that no wall clock decides. */
export function cronOf(schedule: Schedule): CronSchedule | undefined {
  const inner = bareOf(schedule);
  return inner instanceof CronSchedule ? inner : undefined;
}

/** The clock of a zone, for questions about times in it; undefined when there is no such zone. */
export function clockOf(
  zone: string,
  tables: ScheduleTables = createScheduleTables(),
): ZoneClock | undefined {
  return tables.clocks.clockOf(zone);
}

function bounded(schedule: Schedule, bounds: ScheduleBounds, clock: ZoneClock): Compilation {
  const { startMs = -Infinity, endMs = Infinity, blackout: windows = [] } = bounds;
  const isBounded = startMs !== -Infinity || endMs !== Infinity;
  const inner = isBounded ? new BoundedSchedule(schedule, { startMs, endMs }) : schedule;
  return {
    ok: true,
    schedule: windows.length === 0 ? inner : new BlackoutSchedule(inner, { windows, clock }),
  };
}

function unknownZone(zone: string): Refusal {
  return refuse(
    'timezone',
    `there is no time zone "${zone}"; write an IANA name such as Europe/Berlin or UTC`,
  );
}
