import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/core/trigger.ts';
import { deepFreeze } from '../../src/core/freeze.ts';
import { BlackoutSchedule } from '../../src/scheduler/blackout-schedule.ts';
import { coversDay, windowAt } from '../../src/scheduler/blackout.ts';
import type { Blackout } from '../../src/scheduler/blackout.ts';
import { compileSchedule, createScheduleTables, neverFires } from '../../src/scheduler/schedule.ts';
import { blackoutIn, hhmm } from './windows.ts';

const tables = createScheduleTables();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function compile(expression: string, zone: string, texts: readonly string[] = []): Schedule {
  const blackout = texts.length === 0 ? undefined : blackoutIn(zone, texts).windows;
  const compiled = compileSchedule({ expression, zone, blackout }, tables);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.schedule;
}

function fires(schedule: Schedule, from: string, count: number): readonly string[] {
  const found: number[] = [];
  let at = schedule.next(Date.parse(from));
  while (at !== undefined && found.length < count) {
    found.push(at);
    at = schedule.next(at);
  }
  return found.map((due) => new Date(due).toISOString().slice(0, 16));
}

describe('a schedule with a blackout', () => {
  test('is due outside it only', () => {
    const hourly = compile('0 * * * *', 'Europe/Berlin', ['22:00-06:00', '2026-12-24/2026-12-26']);
    expect(fires(hourly, '2026-12-23T19:30:00Z', 3)).toEqual([
      '2026-12-23T20:00',
      '2026-12-27T05:00',
      '2026-12-27T06:00',
    ]);
  });

  test('in an overlap goes by what the wall shows in each pass', () => {
    const half = compile('*/30 * * * *', 'Europe/Berlin', ['02:00-02:30']);
    expect(fires(half, '2026-10-24T23:40:00Z', 3)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      '2026-10-25T02:00',
    ]);
  });

  test('after a gap is due where the wall shows a time outside, the skipped time within or not', () => {
    const made = compile('30 2 * * *', 'America/New_York', ['02:00-03:00']);
    expect(fires(made, '2026-03-07T12:00:00Z', 1)).toEqual(['2026-03-08T07:00']);
    const swallowed = compile('30 2 * * *', 'America/New_York', ['03:00-03:30']);
    expect(fires(swallowed, '2026-03-07T12:00:00Z', 1)).toEqual(['2026-03-09T06:30']);
  });

  test('where the clock moves by half an hour is due as soon as the wall is past it', () => {
    const quarter = compile('*/15 * * * *', 'Australia/Lord_Howe', ['01:30-02:15']);
    expect(fires(quarter, '2026-04-04T14:20:00Z', 2)).toEqual(['2026-04-04T15:45', '2026-04-04T16:00']);
    expect(fires(quarter, '2026-10-03T14:50:00Z', 2)).toEqual(['2026-10-03T15:30', '2026-10-03T15:45']);
  });

  test('keeps to it when it is every so often', () => {
    const every = compile('@every 7h', 'Europe/Berlin', ['00:00-12:00']);
    for (const due of fires(every, '2026-11-22T00:00:00Z', 20))
      expect((Number(due.slice(11, 13)) + 1) % 24).toBeGreaterThanOrEqual(12);
  });

  test('is the schedule it was, as written, and one that may be frozen', () => {
    const daily = deepFreeze(compile('@daily', 'Asia/Tokyo', ['2026-12-24']));
    expect(daily).toMatchObject({ expression: '@daily', zone: 'Asia/Tokyo' });
    expect(daily.next(Date.parse('2031-01-01T00:00:00Z'))).toBe(Date.parse('2031-01-01T15:00:00Z'));
  });

  test('has another key with another blackout or zone', () => {
    const keys = [
      compile('@every 1h', 'Europe/Berlin'),
      compile('@every 1h', 'Europe/Berlin', ['22:00-06:00']),
      compile('@every 1h', 'Europe/Paris', ['22:00-06:00']),
      compile('@every 1h', 'Europe/Berlin', ['22:00-06:00', '2026-12-24']),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
  });
});

describe('a blackout that leaves nothing', () => {
  const nowMs = Date.UTC(2026, 10, 22);

  test.each(['0 23 * * *', '0 3 * * MON', '30 4 1 1 *', '0 0 31 2 *', '@every 1d'])(
    'of %s: it never fires',
    (expression) => {
      const schedule = compile(expression, 'UTC', ['22:00-06:00']);
      expect(neverFires(schedule, nowMs)).toBe(true);
      expect(neverFires(compile('0 21 * * *', 'UTC', ['22:00-06:00']), nowMs)).toBe(false);
    },
  );

  test('ends the search after 1,500 moments', () => {
    const steps = countSteps('0 23 * * *', ['22:00-06:00'], nowMs);
    expect(steps.dueAt).toBeUndefined();
    expect(steps.count).toBe(1_501);
  });
});

test('a blackout is left in one step, however many moments lie in it', () => {
  const steps = countSteps('* * * * *', ['2026-12-01/2026-12-20', '00:00-06:00'], Date.UTC(2026, 11, 1) - 1);
  expect(steps).toEqual({ dueAt: Date.UTC(2026, 11, 21, 6), count: 2 });
});

/** How often the schedule inside is asked for one answer. */
function countSteps(
  expression: string,
  texts: readonly string[],
  afterMs: number,
): { readonly dueAt: number | undefined; readonly count: number } {
  const bare = compile(expression, 'UTC');
  let count = 0;
  const counting: Schedule = {
    ...{ expression, zone: 'UTC', key: bare.key },
    next: (after) => ((count += 1), bare.next(after)),
  };
  const dueAt = new BlackoutSchedule(counting, blackoutIn('UTC', texts)).next(afterMs);
  return { dueAt, count };
}

describe('the next moment', () => {
  const minute = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
  const daily = fc
    .tuple(minute, minute)
    .filter(([from, until]) => from !== until)
    .map(([from, until]) => `${hhmm(from)}-${hhmm(until)}`);
  const day = fc.integer({ min: -3, max: 6 });
  const around = fc.constantFrom(
    ...['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01', '2026-12-31'],
  );
  const dated = fc.oneof(
    fc.record({ from: day, length: fc.integer({ min: 0, max: 2 }), times: fc.constant(undefined) }),
    fc.record({ from: day, length: fc.integer({ min: 1, max: 2 }), times: fc.tuple(minute, minute) }),
  );
  const drawn = fc.record({
    zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana'),
    around,
    expression: fc.constantFrom(
      ...['*/15 * * * *', '0 * * * *', '30 2 * * *', '*/30 1-3 * * *', '@every 35m', '0 0 * * *'],
    ),
    daily: fc.array(daily, { maxLength: 2 }),
    dated: fc.array(dated, { maxLength: 2 }),
    shiftMs: fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
  });

  test('is the first one outside that stepping through the schedule comes to', () => {
    fc.assert(
      fc.property(drawn, ({ zone, around, expression, shiftMs, ...windows }) => {
        const first = Date.parse(around);
        const texts = [...windows.daily, ...windows.dated.map((one) => datedText(first, one))];
        const blackout = blackoutIn(zone, texts);
        fc.pre(!coversDay(blackout.windows));
        const bare = compile(expression, zone);
        const wrapped = compile(expression, zone, texts);
        let afterMs = first + shiftMs;
        for (let count = 0; count < 10; count += 1) {
          const found = wrapped.next(afterMs) ?? Infinity;
          const untilMs = afterMs + 200 * DAY_MS;
          const expected = firstOutside(bare, blackout, { afterMs, untilMs });
          expect(Math.min(found, untilMs), `${expression} in ${zone} without ${texts.join()}`).toBe(expected);
          afterMs = expected;
        }
      }),
      { numRuns: 300 },
    );
  });

  /** One moment after the other; `untilMs` where all before it are in the blackout. */
  function firstOutside(
    bare: Schedule,
    blackout: Blackout,
    { afterMs, untilMs }: { readonly afterMs: number; readonly untilMs: number },
  ): number {
    let at = bare.next(afterMs) ?? Infinity;
    while (at < untilMs && windowAt(blackout, at) !== undefined) at = bare.next(at) ?? Infinity;
    return Math.min(at, untilMs);
  }
});

function datedText(
  firstMs: number,
  window: { readonly from: number; readonly length: number; readonly times: [number, number] | undefined },
): string {
  const date = (day: number): string => new Date(firstMs + day * DAY_MS).toISOString().slice(0, 10);
  const [from, until] = [date(window.from), date(window.from + window.length)];
  if (window.times === undefined) return `${from}/${until}`;
  return `${from}T${hhmm(window.times[0])}/${until}T${hhmm(window.times[1])}`;
}
