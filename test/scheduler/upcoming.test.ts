import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/core/trigger.ts';
import { compileAt, compileSchedule, createScheduleTables } from '../../src/scheduler/schedule.ts';
import type { CronSpec } from '../../src/scheduler/schedule.ts';
import { oddNights, upcoming } from '../../src/scheduler/upcoming.ts';
import { blackoutIn } from './windows.ts';

const tables = createScheduleTables();

function cron(expression: string, zone: string, more: Partial<CronSpec> = {}): Schedule {
  const compiled = compileSchedule({ expression, zone, ...more }, tables);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.schedule;
}

function told(schedule: Schedule, from: string, count: number): readonly (readonly [string, string?])[] {
  return upcoming(schedule, { fromMs: Date.parse(from), count }).map(({ local, note }) =>
    note === undefined ? [local] : [local, note],
  );
}

describe('the next fires', () => {
  test('are told as instant and local time, and ordinary days have no note', () => {
    expect(
      upcoming(cron('0 9 * * *', 'Europe/Berlin'), { fromMs: Date.UTC(2026, 10, 22), count: 2 }),
    ).toEqual([
      { at: Date.UTC(2026, 10, 22, 8), local: '2026-11-22T09:00:00+01:00' },
      { at: Date.UTC(2026, 10, 23, 8), local: '2026-11-23T09:00:00+01:00' },
    ]);
  });

  test('are none for what never fires, and fewer when the schedule ends', () => {
    expect(told(cron('0 0 31 2 *', 'UTC'), '2026-01-01T00:00:00Z', 5)).toEqual([]);
    expect(told(cron('@reboot', 'UTC'), '2026-01-01T00:00:00Z', 5)).toEqual([]);
    expect(
      told(cron('0 9 * * *', 'UTC', { endMs: Date.UTC(2026, 0, 3) }), '2026-01-01T00:00:00Z', 5),
    ).toHaveLength(2);
  });
});

describe('odd nights', () => {
  test('a fixed job in a gap says where it fires instead', () => {
    expect(told(cron('30 2 * * *', 'Europe/Berlin'), '2026-03-27T12:00:00Z', 3)).toEqual([
      ['2026-03-28T02:30:00+01:00'],
      ['2026-03-29T03:00:00+02:00', 'clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00'],
      ['2026-03-30T02:30:00+02:00'],
    ]);
  });

  test.each([
    ['2026-03-29T02:30', 'clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00'],
    ['2026-10-25 02:30', 'first of two passes, clock goes back 01:00 UTC; fires once'],
    ['2026-10-25 02:30 +01:00', undefined],
    ['2026-10-25 03:00', undefined],
  ])('a one-shot says so, too: %s', (at, note) => {
    const compiled = compileAt({ at, zone: 'Europe/Berlin' }, tables);
    if (!compiled.ok) throw new Error(compiled.message);
    expect(told(compiled.schedule, '2026-01-01T00:00:00Z', 2)[0]?.[1]).toBe(note);
  });

  test('the fire after a time that nothing makes up says so', () => {
    const skipping = cron('30 2 * * *', 'Europe/Berlin', { dst: 'skip' });
    expect(told(skipping, '2026-03-28T12:00:00Z', 2)).toEqual([
      [
        '2026-03-30T02:30:00+02:00',
        'clock goes forward 01:00 UTC, 2026-03-29 02:30 does not exist; not made up',
      ],
      ['2026-03-31T02:30:00+02:00'],
    ]);
    expect(told(cron('*/30 * * * *', 'Europe/Berlin'), '2026-03-29T00:10:00Z', 3)).toEqual([
      ['2026-03-29T01:30:00+01:00'],
      ['2026-03-29T03:00:00+02:00', 'clock goes forward 01:00 UTC, 02:00 does not exist; not made up'],
      ['2026-03-29T03:30:00+02:00'],
    ]);
  });

  test('both passes of an overlap are named', () => {
    expect(told(cron('0 * * * *', 'Europe/Berlin'), '2026-10-24T23:10:00Z', 3)).toEqual([
      ['2026-10-25T02:00:00+02:00', 'first of two passes, clock goes back 01:00 UTC'],
      ['2026-10-25T02:00:00+01:00', 'second pass, clock went back 01:00 UTC'],
      ['2026-10-25T03:00:00+01:00'],
    ]);
    expect(told(cron('30 2 * * *', 'Europe/Berlin'), '2026-10-24T12:00:00Z', 2)).toEqual([
      ['2026-10-25T02:30:00+02:00', 'first of two passes, clock goes back 01:00 UTC; fires once'],
      ['2026-10-26T02:30:00+01:00'],
    ]);
  });

  test('a day the zone leaves out is named with its date', () => {
    expect(told(cron('0 9 * * *', 'Pacific/Apia'), '2011-12-30T00:00:00Z', 1)).toEqual([
      [
        '2011-12-31T00:00:00+14:00',
        'clock goes forward 10:00 UTC, 2011-12-30 09:00 does not exist; fires at 00:00',
      ],
    ]);
  });
});

describe('after moments that are withheld', () => {
  const berlin = (...texts: readonly string[]): Partial<CronSpec> => ({
    blackout: blackoutIn('Europe/Berlin', texts).windows,
  });

  test('a fire says nothing of a clock change that was withheld with them', () => {
    const fixed = cron('30 2 * * *', 'Europe/Berlin', berlin('2026-03-29/2026-04-10'));
    expect(told(fixed, '2026-03-27T12:00:00Z', 2)).toEqual([
      ['2026-03-28T02:30:00+01:00'],
      ['2026-04-11T02:30:00+02:00'],
    ]);
    const later = cron('30 2 * * *', 'Europe/Berlin', { startMs: Date.UTC(2026, 5, 1) });
    expect(told(later, '2026-01-01T00:00:00Z', 1)).toEqual([['2026-06-01T02:30:00+02:00']]);
    const night = cron('10,40 * * * *', 'Europe/Berlin', berlin('22:00-03:05'));
    expect(told(night, '2026-03-28T21:00:00Z', 1)).toEqual([['2026-03-29T03:10:00+02:00']]);
  });

  test('the first fire after a change that is not withheld has its note', () => {
    const note = 'clock goes forward 01:00 UTC, 02:10 does not exist; not made up';
    const evening = cron('10,40 * * * *', 'Europe/Berlin', berlin('22:00-01:50'));
    expect(told(evening, '2026-03-28T20:50:00Z', 1)).toEqual([['2026-03-29T03:10:00+02:00', note]]);
    const made = cron('30 2 * * *', 'Europe/Berlin', berlin('2026-03-01/2026-03-28'));
    expect(told(made, '2026-03-10T00:00:00Z', 1)).toEqual([
      ['2026-03-29T03:00:00+02:00', 'clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00'],
    ]);
  });
});

describe('the odd nights of a year', () => {
  const year = { fromMs: Date.UTC(2026, 0, 1), untilMs: Date.UTC(2027, 0, 1) };
  const nights = (schedule: Schedule): readonly string[] =>
    oddNights(schedule, year).map(({ local }) => local);

  test('are those of times that the clock skips or shows twice', () => {
    expect(oddNights(cron('30 2 * * *', 'Europe/Berlin'), year)).toEqual([
      {
        at: Date.UTC(2026, 2, 29, 1),
        local: '2026-03-29T03:00:00+02:00',
        note: 'clock goes forward 01:00 UTC, 02:30 does not exist; fires at 03:00',
      },
      {
        at: Date.UTC(2026, 9, 25, 0, 30),
        local: '2026-10-25T02:30:00+02:00',
        note: 'first of two passes, clock goes back 01:00 UTC; fires once',
      },
    ]);
    expect(nights(cron('0 9 * * *', 'Europe/Berlin'))).toEqual([]);
    expect(nights(cron('30 2 * * MON', 'Europe/Berlin'))).toEqual([]);
    expect(nights(cron('30 2 25 10 *', 'Europe/Berlin'))).toEqual(['2026-10-25T02:30:00+02:00']);
    expect(nights(cron('30 2 * * *', 'UTC'))).toEqual([]);
  });

  test('leave out jobs of every hour, which simply go on, but not those of some hours', () => {
    expect(nights(cron('*/5 * * * *', 'Europe/Berlin'))).toEqual([]);
    expect(nights(cron('0 0-6 * * *', 'Europe/Berlin'))).toEqual([
      '2026-03-29T03:00:00+02:00',
      '2026-10-25T02:00:00+02:00',
    ]);
  });

  test('count once, at New Year too, and only within the range asked about and the bounds of the schedule', () => {
    const schedule = cron('30 2 * * *', 'Europe/Berlin');
    const range = { fromMs: Date.UTC(2025, 11, 30), untilMs: Date.UTC(2028, 0, 5) };
    expect(oddNights(schedule, range)).toHaveLength(4);
    const spring = { fromMs: Date.UTC(2026, 2, 29, 1), untilMs: Date.UTC(2026, 9, 25, 1) };
    expect(oddNights(schedule, spring)).toHaveLength(1);
    expect(nights(cron('30 2 * * *', 'Europe/Berlin', { endMs: Date.UTC(2026, 5, 1) }))).toHaveLength(1);
    expect(nights(cron('@every 90m', 'Europe/Berlin'))).toEqual([]);
  });

  test('leave out those within a blackout', () => {
    const without = (text: string, dst: CronSpec['dst'] = 'vixie'): readonly string[] => {
      const blackout = blackoutIn('Europe/Berlin', [text]).windows;
      return nights(cron('30 2 * * *', 'Europe/Berlin', { blackout, dst }));
    };
    expect(without('2026-10-25')).toEqual(['2026-03-29T03:00:00+02:00']);
    expect(without('2026-03-29')).toEqual(['2026-10-25T02:30:00+02:00']);
    expect(without('2026-03-29', 'skip')).toEqual(['2026-10-25T02:30:00+02:00']);
    expect(without('2026-03-01', 'skip')).toEqual(['2026-03-30T02:30:00+02:00', '2026-10-25T02:30:00+02:00']);
    expect(without('02:00-02:20')).toEqual(['2026-03-29T03:00:00+02:00', '2026-10-25T02:30:00+02:00']);
  });
});
