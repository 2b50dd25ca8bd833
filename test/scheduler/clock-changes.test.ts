/** Every zone, every kind of clock change: the compiled schedules against the plain walk of `reference.ts`. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/core/trigger.ts';
import { compileSchedule, createScheduleTables } from '../../src/scheduler/schedule.ts';
import { transitionsOf, walk, wallReader } from './reference.ts';
import type { PlainRule } from './reference.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const isLong = process.env.UNTETHER_TEST_LONG !== undefined;
const zones = Intl.supportedValuesOf('timeZone');
const tables = createScheduleTables();

interface Change {
  readonly zone: string;
  readonly at: number;
}

/** Every zone; every year from 1990 to 2037 in the long run, otherwise 2026 and one that differs by zone. */
const changes: readonly Change[] = zones.flatMap((zone, index) => {
  const all = Array.from({ length: 48 }, (_, year) => 1990 + year);
  const years = isLong ? all : [2026, 1990 + ((index * 7) % 48)];
  return transitionsOf(zone, years).map((at) => ({ zone, at }));
});

/** The odd ones, in every run. */
const known: readonly Change[] = [
  { zone: 'Pacific/Apia', at: Date.UTC(2011, 11, 30, 10) },
  { zone: 'Pacific/Kwajalein', at: Date.UTC(1993, 7, 21, 12) },
  { zone: 'Pacific/Kiritimati', at: Date.UTC(1994, 11, 31, 10) },
  ...[
    ['Australia/Lord_Howe', 2026],
    ['America/Sao_Paulo', 2018],
    ['Asia/Beirut', 2026],
    ['Africa/Cairo', 2026],
    ['Africa/Cairo', 2014],
    ['Africa/Casablanca', 2026],
    ['America/St_Johns', 2006],
    ['Antarctica/Troll', 2026],
    ['America/Noronha', 2000],
    ['Asia/Gaza', 2011],
    ['Asia/Pyongyang', 2015],
    ['America/Caracas', 2007],
    ['Pacific/Chatham', 2026],
    ['Europe/Dublin', 2026],
    ['America/New_York', 2026],
  ].flatMap(([zone, year]) =>
    transitionsOf(String(zone), [Number(year)]).map((at) => ({ zone: String(zone), at })),
  ),
];

/** All but the three that leave out a whole day, whose job is made up on a day that has its own. */
const within24Hours = [...changes, ...known].filter(({ zone, at }) => {
  const wall = wallReader(zone);
  return wall(at) - wall(at - 60_000) < DAY_MS;
});

const anyWeekday = new Set([0, 1, 2, 3, 4, 5, 6]);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, value) => value);

const fixedRule = fc
  .record({
    minutes: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 3 }),
    hours: fc.uniqueArray(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 23 })), {
      minLength: 1,
      maxLength: 3,
    }),
    weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
  })
  .map(({ minutes, hours, weekdays }): PlainRule => {
    const text = `${minutes.join()} ${hours.join()} * * ${weekdays.join()}`;
    return {
      text,
      minutes: new Set(minutes),
      hours: new Set(hours),
      weekdays: new Set(weekdays),
      isFixed: true,
    };
  });

const followingRule = fc
  .record({
    step: fc.integer({ min: 1, max: 40 }),
    hours: fc.option(fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 23 }))),
  })
  .map(({ step, hours }): PlainRule => {
    const minutes = new Set(upTo(60).filter((minute) => minute % step === 0));
    if (hours === null) {
      return {
        text: `*/${step} * * * *`,
        minutes,
        hours: new Set(upTo(24)),
        weekdays: anyWeekday,
        isFixed: false,
      };
    }
    const [first, last] = hours;
    const within = upTo(24).filter((hour) =>
      first <= last ? hour >= first && hour <= last : hour >= first || hour <= last,
    );
    return {
      text: `*/${step} ${first}-${last} * * *`,
      minutes,
      hours: new Set(within),
      weekdays: anyWeekday,
      isFixed: false,
    };
  });

function schedule(expression: string, zone: string, dst: 'vixie' | 'skip' | 'both' = 'vixie'): Schedule {
  const compiled = compileSchedule({ expression, zone, dst }, tables);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.schedule;
}

function enumerate(
  from: Schedule,
  range: { readonly fromMs: number; readonly toMs: number },
): readonly number[] {
  const due: number[] = [];
  for (let at = from.next(range.fromMs); at !== undefined && at <= range.toMs; at = from.next(at)) {
    expect(at).toBeGreaterThan(due.at(-1) ?? range.fromMs);
    due.push(at);
  }
  return due;
}

/** Walks each change two days deep and keeps the last day before and after it, by when the walk has seen enough. */
function compareAround(change: Change, rule: PlainRule, dst: 'vixie' | 'skip' | 'both'): readonly number[] {
  const wall = wallReader(change.zone);
  const toMs = change.at + 26 * HOUR_MS;
  const walked = walk(rule, wall, { fromMs: change.at - 50 * HOUR_MS, toMs, dst });
  const fromMs = change.at - 24 * HOUR_MS;
  const expected = walked.filter((at) => at > fromMs);
  const found = enumerate(schedule(rule.text, change.zone, dst), { fromMs, toMs });
  expect(found.map(iso), `${rule.text} in ${change.zone} around ${iso(change.at)}, dst ${dst}`).toEqual(
    expected.map(iso),
  );
  return expected;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const oneOf = (list: readonly Change[]): fc.Arbitrary<Change> => fc.constantFrom(...list);
const policy = fc.constantFrom('vixie', 'skip', 'both');
const runs = (normal: number, long: number): { numRuns: number } => ({ numRuns: isLong ? long : normal });

describe('around the clock changes of every zone', { timeout: isLong ? 3_600_000 : 60_000 }, () => {
  test('there are changes to test', () => {
    expect(changes.length).toBeGreaterThan(250);
    expect(known.length).toBeGreaterThan(25);
  });

  test('a fixed job is due when the plain walk says so, under every policy', () => {
    fc.assert(
      fc.property(
        oneOf(changes),
        fixedRule,
        policy,
        (change, rule, dst) => void compareAround(change, rule, dst),
      ),
      runs(150, 2_000),
    );
  });

  test('a job that follows real time is due when the plain walk says so, under every policy', () => {
    fc.assert(
      fc.property(
        oneOf(changes),
        followingRule,
        policy,
        (change, rule, dst) => void compareAround(change, rule, dst),
      ),
      runs(150, 2_000),
    );
  });

  test.runIf(isLong)('so it is at every change from 1990 to 2037', () => {
    const rules = fc.sample(fc.tuple(fixedRule, followingRule, policy), changes.length);
    for (const [index, change] of changes.entries()) {
      const [fixed, following, dst] = rules[index]!;
      compareAround(change, fixed, dst);
      compareAround(change, following, dst);
    }
  });

  test('so it is at every one of the odd changes', () => {
    fc.assert(
      fc.property(oneOf(known), fc.oneof(fixedRule, followingRule), policy, (change, rule, dst) => {
        compareAround(change, rule, dst);
      }),
      runs(150, 2_000),
    );
  });

  test('an enumeration begun anywhere, inside a gap or an overlap too, goes through the same instants', () => {
    const shiftMs = fc.integer({ min: -3 * HOUR_MS, max: 3 * HOUR_MS });
    const rule = fc.oneof(fixedRule, followingRule);
    fc.assert(
      fc.property(fc.record({ change: oneOf(changes), rule, dst: policy, shiftMs }), (drawn) => {
        const { change, dst } = drawn;
        const range = { fromMs: change.at - 4 * HOUR_MS, toMs: change.at + 30 * HOUR_MS };
        const compiled = schedule(drawn.rule.text, change.zone, dst);
        const fromMs = change.at + drawn.shiftMs;
        const rest = enumerate(compiled, range).filter((at) => at > fromMs);
        expect(enumerate(compiled, { ...range, fromMs })).toEqual(rest);
      }),
      runs(2_000, 100_000),
    );
  });

  test('"* * * * *" is due every 60 seconds of real time through every change', () => {
    for (const { zone, at } of [...changes, ...known]) {
      const due = enumerate(schedule('* * * * *', zone), {
        fromMs: at - 90 * 60_000,
        toMs: at + 90 * 60_000,
      });
      expect(due.length, `${zone} ${iso(at)}`).toBe(180);
      expect(due.every((instant, index) => instant === at - 90 * 60_000 + (index + 1) * 60_000)).toBe(true);
    }
  });

  test('a daily job is due once for each day of the wall, whatever its minute', () => {
    const minuteOfDay = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(oneOf(within24Hours), minuteOfDay, (change, minute) => {
        const wall = wallReader(change.zone);
        const range = { fromMs: change.at - 3 * DAY_MS, toMs: change.at + 3 * DAY_MS };
        const due = enumerate(
          schedule(`${minute % 60} ${Math.floor(minute / 60)} * * *`, change.zone),
          range,
        );
        const daysBefore = (wallMs: number): number => Math.floor((wallMs - minute * 60_000) / DAY_MS);
        expect(due.length).toBe(daysBefore(wall(range.toMs)) - daysBefore(wall(range.fromMs)));
      }),
      runs(2_000, 100_000),
    );
  });

  test('a daily job away from midnight is due once on each date that exists', () => {
    for (const { zone, at } of within24Hours) {
      const wall = wallReader(zone);
      const due = enumerate(schedule('30 12 * * *', zone), {
        fromMs: at - 3 * DAY_MS,
        toMs: at + 3 * DAY_MS,
      });
      const dates = due.map((instant) => Math.floor(wall(instant) / DAY_MS));
      expect(dates, `${zone} ${iso(at)}`).toEqual(dates.map((_, index) => (dates[0] ?? 0) + index));
      expect(dates.length).toBeGreaterThanOrEqual(6);
    }
  });

  test('in a zone without changes in sight, nothing is special', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fixedRule,
        fc.integer({ min: 1990, max: 2037 }),
        (zone, rule, year) => {
          const fromMs = Date.UTC(year, 4, 20, 12);
          const toMs = fromMs + 3 * DAY_MS;
          const dst = 'vixie';
          const expected = walk(rule, wallReader(zone), { fromMs, toMs, dst });
          expect(enumerate(schedule(rule.text, zone), { fromMs, toMs })).toEqual(expected);
        },
      ),
      runs(100, 5_000),
    );
  });
});
