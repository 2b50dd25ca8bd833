/** The contract about clock changes, by examples that can be checked with a calendar. */
import { describe, expect, test } from 'vitest';
import { compileSchedule, createScheduleTables } from '../../src/scheduler/schedule.ts';
import { localTime } from '../../src/scheduler/upcoming.ts';

const tables = createScheduleTables();

interface Question {
  readonly zone: string;
  readonly from: string;
  readonly until: string;
  readonly dst?: 'vixie' | 'skip' | 'both';
}

/** Local times with offsets, of everything due after `from` and up to `until`. */
function due(expression: string, { zone, from, until, dst }: Question): readonly string[] {
  const compiled = compileSchedule({ expression, zone, dst }, tables);
  if (!compiled.ok) throw new Error(compiled.message);
  const fires: string[] = [];
  let at = compiled.schedule.next(Date.parse(from));
  while (at !== undefined && at <= Date.parse(until)) {
    fires.push(localTime(at, zone).replace(':00-', '-').replace(':00+', '+'));
    at = compiled.schedule.next(at);
  }
  return fires;
}

const newYorkSpring = {
  zone: 'America/New_York',
  from: '2026-03-07T05:00:00Z',
  until: '2026-03-10T04:00:00Z',
};
const newYorkFall = { zone: 'America/New_York', from: '2026-10-31T04:00:00Z', until: '2026-11-03T05:00:00Z' };

describe('spring forward', () => {
  test('a fixed job in the gap fires once, at the first instant after it', () => {
    expect(due('30 2 * * *', newYorkSpring)).toEqual([
      '2026-03-07T02:30-05:00',
      '2026-03-08T03:00-04:00',
      '2026-03-09T02:30-04:00',
    ]);
  });

  test('several fixed times in one gap are one fire, together with one right after it', () => {
    expect(due('0,30 2,3 8 3 *', newYorkSpring)).toEqual([
      '2026-03-08T03:00-04:00',
      '2026-03-08T03:30-04:00',
    ]);
  });

  test('a job that follows real time makes nothing up', () => {
    expect(due('*/30 2 * * *', newYorkSpring)).toEqual([
      '2026-03-07T02:00-05:00',
      '2026-03-07T02:30-05:00',
      '2026-03-09T02:00-04:00',
      '2026-03-09T02:30-04:00',
    ]);
    expect(due('0 * 8 3 *', newYorkSpring)).toHaveLength(23);
  });

  test('dst = "skip" leaves the night out, "both" makes up for it as vixie does', () => {
    expect(due('30 2 * * *', { ...newYorkSpring, dst: 'skip' })).toEqual([
      '2026-03-07T02:30-05:00',
      '2026-03-09T02:30-04:00',
    ]);
    expect(due('30 2 8 3 *', { ...newYorkSpring, dst: 'both' })).toEqual(['2026-03-08T03:00-04:00']);
  });
});

describe('fall back', () => {
  test('a fixed job in the overlap fires once, the first time', () => {
    expect(due('30 1 * * *', newYorkFall)).toEqual([
      '2026-10-31T01:30-04:00',
      '2026-11-01T01:30-04:00',
      '2026-11-02T01:30-05:00',
    ]);
  });

  test('a list of plain numbers is fixed too: twice on the hour and half hour, not four times', () => {
    expect(due('0,30 1 1 11 *', newYorkFall)).toEqual(['2026-11-01T01:00-04:00', '2026-11-01T01:30-04:00']);
  });

  test('an hourly job fires 25 times that day', () => {
    expect(due('0 * 1 11 *', newYorkFall)).toHaveLength(25);
  });

  test('a job that follows real time fires in both passes', () => {
    expect(due('*/30 1 1 11 *', newYorkFall)).toEqual([
      '2026-11-01T01:00-04:00',
      '2026-11-01T01:30-04:00',
      '2026-11-01T01:00-05:00',
      '2026-11-01T01:30-05:00',
    ]);
  });

  test('dst = "both" fires a fixed job in both passes, "skip" once', () => {
    expect(due('30 1 1 11 *', { ...newYorkFall, dst: 'both' })).toEqual([
      '2026-11-01T01:30-04:00',
      '2026-11-01T01:30-05:00',
    ]);
    expect(due('30 1 1 11 *', { ...newYorkFall, dst: 'skip' })).toEqual(['2026-11-01T01:30-04:00']);
  });

  test('begun in the second pass, a fixed job waits for the next day', () => {
    const inSecondPass = { ...newYorkFall, from: '2026-11-01T06:10:00Z' };
    expect(due('30 1 * * *', inSecondPass)[0]).toBe('2026-11-02T01:30-05:00');
  });

  test('a job bound to a year that ends with the overlap still fires in its second pass', () => {
    const firstPass = { ...newYorkFall, from: '2026-11-01T05:59:00Z' };
    expect(due('0 */30 1 1 11 * 2026', firstPass)).toEqual([
      '2026-11-01T01:00-05:00',
      '2026-11-01T01:30-05:00',
    ]);
  });
});

describe('unusual zones', () => {
  test('half an hour of summer time on Lord Howe, and zones at 45 minutes', () => {
    const fall = { zone: 'Australia/Lord_Howe', from: '2026-04-04T13:30:00Z', until: '2026-04-04T17:00:00Z' };
    expect(due('*/15 1 5 4 *', fall)).toEqual([
      '2026-04-05T01:00+11:00',
      '2026-04-05T01:15+11:00',
      '2026-04-05T01:30+11:00',
      '2026-04-05T01:45+11:00',
      '2026-04-05T01:30+10:30',
      '2026-04-05T01:45+10:30',
    ]);
    const spring = {
      zone: 'Australia/Lord_Howe',
      from: '2026-10-03T13:00:00Z',
      until: '2026-10-03T20:00:00Z',
    };
    expect(due('15 2 * * *', spring)).toEqual(['2026-10-04T02:30+11:00']);
    const nepal = { zone: 'Asia/Kathmandu', from: '2026-06-01T00:00:00Z', until: '2026-06-01T12:00:00Z' };
    expect(due('0 9 * * *', nepal)).toEqual(['2026-06-01T09:00+05:45']);
  });

  test('a change at midnight moves midnight, and does not lose it', () => {
    const beirut = { zone: 'Asia/Beirut', from: '2026-03-27T22:30:00Z', until: '2026-03-29T22:00:00Z' };
    expect(due('0 0 * * *', beirut)).toEqual(['2026-03-29T01:00+03:00', '2026-03-30T00:00+03:00']);
    const saoPaulo = {
      zone: 'America/Sao_Paulo',
      from: '2018-02-17T12:00:00Z',
      until: '2018-02-18T12:00:00Z',
    };
    expect(due('30 23 * * *', saoPaulo)).toEqual(['2018-02-17T23:30-02:00']);
    expect(due('0 0 * * *', saoPaulo)).toEqual(['2018-02-18T00:00-03:00']);
  });

  test('a day that was never shown is a gap of a day', () => {
    const apia = { zone: 'Pacific/Apia', from: '2011-12-28T22:00:00Z', until: '2012-01-01T00:00:00Z' };
    expect(due('0 9 * * *', apia)).toEqual([
      '2011-12-29T09:00-10:00',
      '2011-12-31T00:00+14:00',
      '2011-12-31T09:00+14:00',
      '2012-01-01T09:00+14:00',
    ]);
    expect(due('0 9 * * *', { ...apia, dst: 'skip' })).toEqual([
      '2011-12-29T09:00-10:00',
      '2011-12-31T09:00+14:00',
      '2012-01-01T09:00+14:00',
    ]);
  });

  test('two changes within a week', () => {
    const noronha = { zone: 'America/Noronha', from: '2000-10-07T12:00:00Z', until: '2000-10-16T12:00:00Z' };
    const everyDay = ['08', '09', '10', '11', '12', '13', '14'].map((day) => `2000-10-${day}T23:30-01:00`);
    expect(due('30 23 * * *', noronha)).toEqual([
      '2000-10-07T23:30-02:00',
      ...everyDay,
      '2000-10-15T23:30-02:00',
    ]);
  });

  test('local mean time, with its odd seconds', () => {
    const amsterdam = { zone: 'Europe/Paris', from: '1900-01-01T00:00:00Z', until: '1900-01-02T00:00:00Z' };
    expect(due('0 12 * * *', amsterdam)).toEqual(['1900-01-01T12:00+00:09']);
    const compiled = compileSchedule({ expression: '0 12 * * *', zone: 'Europe/Paris' }, tables);
    expect(compiled.ok && compiled.schedule.next(Date.UTC(1900, 0, 1))).toBe(
      Date.UTC(1900, 0, 1, 11, 50, 39),
    );
  });
});

describe('days and instants', () => {
  test('a daily job fires on day one and on day two', () => {
    const days = { zone: 'Europe/Berlin', from: '2026-06-01T00:00:00Z', until: '2026-06-03T00:00:00Z' };
    expect(due('0 9 * * *', days)).toEqual(['2026-06-01T09:00+02:00', '2026-06-02T09:00+02:00']);
  });

  test("the host's zone is nobody's business", () => {
    const before = process.env.TZ;
    const question = { zone: 'Asia/Tokyo', from: '2026-06-01T12:00:00Z', until: '2026-06-02T12:00:00Z' };
    const answers = ['America/New_York', 'Pacific/Apia'].map((host) => {
      process.env.TZ = host;
      return due('0 9 * * *', question);
    });
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
    expect(answers).toEqual([['2026-06-02T09:00+09:00'], ['2026-06-02T09:00+09:00']]);
  });

  test('the next is strictly later, to the millisecond', () => {
    const compiled = compileSchedule({ expression: '*/10 * * * * *', zone: 'Europe/Berlin' }, tables);
    if (!compiled.ok) throw new Error(compiled.message);
    const at = Date.UTC(2026, 5, 1, 9, 0, 10);
    expect(compiled.schedule.next(at - 1)).toBe(at);
    expect(compiled.schedule.next(at)).toBe(at + 10_000);
    expect(compiled.schedule.next(at + 1)).toBe(at + 10_000);
    expect(compiled.schedule.next(at + 9_999)).toBe(at + 10_000);
  });

  test('a second field within a fixed minute fires once in a gap', () => {
    expect(due('*/20 30 2 8 3 *', newYorkSpring)).toEqual(['2026-03-08T03:00-04:00']);
    expect(due('*/20 30 2 9 3 *', newYorkSpring)).toEqual([
      '2026-03-09T02:30-04:00',
      '2026-03-09T02:30:20-04:00',
      '2026-03-09T02:30:40-04:00',
    ]);
  });

  test.each(['Pacific/Kiritimati', 'Asia/Kolkata', 'UTC', 'America/New_York', 'Pacific/Niue'])(
    'New Year of another year is where %s has it',
    (zone) => {
      const question = { zone, from: '2026-06-01T00:00:00Z', until: '2033-06-01T00:00:00Z' };
      const wall = (fires: readonly string[]): readonly string[] => fires.map((fire) => fire.slice(0, 16));
      expect(wall(due('0 30 0 1 1 * 2030', question))).toEqual(['2030-01-01T00:30']);
      expect(wall(due('0 30 23 31 12 * 2030', question))).toEqual(['2030-12-31T23:30']);
    },
  );

  test('far away years are found, and beyond them there is nothing', () => {
    const far = compileSchedule({ expression: '0 0 12 1 1 * 9999', zone: 'Europe/Berlin' }, tables);
    if (!far.ok) throw new Error(far.message);
    const at = Date.UTC(9999, 0, 1, 11);
    expect(far.schedule.next(Date.UTC(2026, 0, 1))).toBe(at);
    expect(far.schedule.next(at)).toBeUndefined();
    const leap = compileSchedule({ expression: '0 0 29 2 +MON', zone: 'America/New_York' }, tables);
    expect(leap.ok && leap.schedule.next(Date.UTC(2072, 1, 1))).toBe(Date.UTC(2072, 1, 29, 5));
    expect(leap.ok && leap.schedule.next(Date.UTC(2072, 2, 1))).toBe(Date.UTC(2112, 1, 29, 5));
    for (const odd of [Number.NaN, Infinity, -Infinity, 9e15]) expect(far.schedule.next(odd)).toBeUndefined();
  });
});
