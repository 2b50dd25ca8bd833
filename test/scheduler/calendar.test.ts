import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSchedule, createScheduleTables } from '../../src/scheduler/schedule.ts';

const tables = createScheduleTables();

/** The next instants of an expression in UTC, as ISO texts. */
function fires(expression: string, from: string, count: number): readonly string[] {
  const compiled = compileSchedule({ expression, zone: 'UTC' }, tables);
  if (!compiled.ok) throw new Error(compiled.message);
  const found: string[] = [];
  let at = compiled.schedule.next(Date.parse(from));
  while (at !== undefined && found.length < count) {
    found.push(new Date(at).toISOString().replace(/:00\.000Z$/, ''));
    at = compiled.schedule.next(at);
  }
  return found;
}

function cronerFires(expression: string, from: string, count: number): readonly string[] {
  const cron = new Cron(expression, { paused: true, timezone: 'UTC' });
  return cron.nextRuns(count, new Date(from)).map((date) => date.toISOString().replace(/:00\.000Z$/, ''));
}

const numbers = (min: number, max: number): fc.Arbitrary<string> => {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: Math.max(1, Math.floor((max - min) / 2)) });
  const item = fc.oneof(
    value.map(String),
    range,
    fc.tuple(range, step).map(([text, by]) => `${text}/${by}`),
    step.map((by) => `*/${by}`),
  );
  return fc.oneof(
    fc.constant('*'),
    fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join()),
  );
};
const day = fc.oneof(
  { weight: 4, arbitrary: numbers(1, 31) },
  fc.constantFrom('L', 'LW', 'L,15', '?'),
  fc.integer({ min: 1, max: 31 }).map((nearest) => `${nearest}W`),
);
const weekday = fc.oneof(
  { weight: 4, arbitrary: numbers(0, 7) },
  fc
    .tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom('#1', '#2', '#3', '#4', '#5', 'L', '#L'))
    .map((nth) => nth.join('')),
  fc.constantFrom('MON-FRI', 'SAT,SUN', 'fri', '?', 'MON#2,THU#3', '+MON', '+1-5', '+FRI#2', '+5L'),
);
const month = fc.oneof(numbers(1, 12), fc.constantFrom('JAN', 'jan-mar', 'FEB,NOV'));
const expression = fc
  .tuple(
    numbers(0, 59),
    numbers(0, 59),
    numbers(0, 23),
    day,
    month,
    weekday,
    fc.constantFrom('*', '*', '2026-2031', '*/2', '2028'),
  )
  .map((parts) => parts.join(' '));

describe('fields against Croner, in UTC where its answers are right', () => {
  test('what Croner reads is due when Croner says so', { timeout: 60_000 }, () => {
    const from = fc
      .integer({ min: Date.UTC(1996, 0), max: Date.UTC(2034, 0) })
      .map((ms) => new Date(ms).toISOString());
    fc.assert(
      fc.property(expression, from, (text, start) => {
        expect(fires(text, start, 4)).toEqual(cronerFires(text, start, 4));
      }),
      { numRuns: process.env.UNTETHER_TEST_LONG === undefined ? 500 : 20_000 },
    );
  });

  test.each([
    '* * * * *',
    '? * * * *',
    '5 4 * * sun',
    '23 0-20/2 * * *',
    '0 9 13 * 5',
    '0 0 29 2 *',
    '*/5 * * * * *',
    '0 9 * JAN,mar MON-FRI',
    '@hourly',
    '@daily',
    '@weekly',
    '@monthly',
    '@yearly',
  ])('%s', (text) => {
    expect(fires(text, '2026-01-31T10:00:00Z', 6)).toEqual(cronerFires(text, '2026-01-31T10:00:00Z', 6));
  });
});

describe('what Croner refuses means what it says', () => {
  test.each([
    ['5/15 * * * *', '5,20,35,50 * * * *'],
    ['0 22-2 * * *', '0 22,23,0,1,2 * * *'],
    ['0 20-4/3 * * *', '0 20,23,2 * * *'],
    ['50-10/5 * * * *', '50,55,0,5,10 * * * *'],
    ['0 9 * * FRI-MON', '0 9 * * 5,6,0,1'],
    ['0 9 * * 5-1', '0 9 * * 5,6,0,1'],
    ['0 9 * * 5-7', '0 9 * * 5,6,0'],
    ['0 9 * * 7-2', '0 9 * * 0,1,2'],
    ['0 9 * * SUN-TUE', '0 9 * * 0,1,2'],
    ['0 9 * * SAT-SUN', '0 9 * * 6,0'],
    ['0 9 * * MON/2', '0 9 * * 1,3,5'],
    ['0 9 * NOV-FEB *', '0 9 * 11,12,1,2 *'],
    ['0 9 28-3 * *', '0 9 28,29,30,31,1,2,3 * *'],
    ['0 9 5/10 * *', '0 9 5,15,25 * *'],
    ['0 9 * * 7', '0 9 * * 0'],
    ['0 9 * * FRIL', '0 9 * * 5L'],
    ['0 9 * * MON-WED#1', '0 9 * * 1#1,2#1,3#1'],
    ['0 0 12 1 1 ? 2027/2', '0 0 12 1 1 * 2027-9999/2'],
    ['@midnight', '0 0 * * *'],
    ['@annually', '0 0 1 1 *'],
  ])('%s is %s', (ours, plain) => {
    expect(fires(ours, '2026-11-22T10:00:00Z', 12)).toEqual(cronerFires(plain, '2026-11-22T10:00:00Z', 12));
  });

  test('L-3 is the third day before the last', () => {
    expect(fires('0 9 L-3 * *', '2027-01-30T00:00:00Z', 3)).toEqual([
      '2027-02-25T09:00',
      '2027-03-28T09:00',
      '2027-04-27T09:00',
    ]);
    expect(fires('0 9 L-30 * *', '2027-01-30T00:00:00Z', 2)).toEqual([
      '2027-03-01T09:00',
      '2027-05-01T09:00',
    ]);
    expect(fires('0 9 L-1,LW * *', '2027-01-30T00:00:00Z', 2)).toEqual([
      '2027-01-30T09:00',
      '2027-02-26T09:00',
    ]);
  });
});

describe('day of month and weekday', () => {
  test('either matches when both are restricted', () => {
    expect(fires('0 9 13 * 5', '2026-11-08T00:00:00Z', 3)).toEqual([
      '2026-11-13T09:00',
      '2026-11-20T09:00',
      '2026-11-27T09:00',
    ]);
    expect(fires('15 9 13 * 1', '2026-10-06T00:00:00Z', 3)).toEqual([
      '2026-10-12T09:15',
      '2026-10-13T09:15',
      '2026-10-19T09:15',
    ]);
  });

  test('+ asks for both', () => {
    expect(fires('0 9 13 * +5', '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-02-13T09:00',
      '2026-03-13T09:00',
      '2026-11-13T09:00',
    ]);
    expect(fires('0 9 1-7 * +MON', '2026-11-01T00:00:00Z', 2)).toEqual([
      '2026-11-02T09:00',
      '2026-12-07T09:00',
    ]);
  });

  test('Sunday is 0 and 7, and 5-7 holds it', () => {
    expect(fires('0 9 * * 0', '2026-11-22T10:00:00Z', 2)).toEqual(
      fires('0 9 * * 7', '2026-11-22T10:00:00Z', 2),
    );
    expect(fires('0 9 * * 5-7', '2026-11-26T10:00:00Z', 3)).toEqual([
      '2026-11-27T09:00',
      '2026-11-28T09:00',
      '2026-11-29T09:00',
    ]);
  });
});

describe('one parse for equal texts', () => {
  test('equal expressions share their fields, whatever the case, the spaces and the nickname', () => {
    const fieldsOf = (text: string): unknown => {
      const compiled = createdOnce.calendar.compile(['0', '0', '9', '*', '*', text, '*']);
      return compiled.ok ? compiled.fields : undefined;
    };
    const createdOnce = createScheduleTables();
    expect(fieldsOf('MON')).toBeDefined();
    expect(fieldsOf('MON')).toBe(fieldsOf('MON'));
    const keys = ['@daily', '0 0 * * *', ' 0  0 * * ? ', '0 0 0 * * *'].map((text) => {
      const compiled = compileSchedule({ expression: text, zone: 'UTC' }, tables);
      return compiled.ok ? compiled.schedule.key : compiled.message;
    });
    expect(new Set(keys).size).toBe(1);
  });

  test('what was compiled cannot be changed', () => {
    const compiled = tables.calendar.compile(['0', '0', '9', 'L', '*', '*', '*']);
    expect(compiled.ok && Object.isFrozen(compiled.fields) && Object.isFrozen(compiled.fields.specials)).toBe(
      true,
    );
  });
});
