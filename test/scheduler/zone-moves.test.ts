import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/core/trigger.ts';
import {
  compileAt,
  compileEvery,
  compileSchedule,
  createScheduleTables,
} from '../../src/scheduler/schedule.ts';
import type { Compilation, CronSpec } from '../../src/scheduler/schedule.ts';
import { ZoneClock } from '../../src/scheduler/zone-clock.ts';
import type { Stretches } from '../../src/scheduler/zone-clock.ts';
import { clocksOf, firstMove, movedFires, partings } from '../../src/scheduler/zone-moves.ts';
import type { BothRules } from '../../src/scheduler/zone-moves.ts';
import { rulesAround, yearsOf } from '../../src/scheduler/zone-rules.ts';
import { sampleCron } from '../support/samples.ts';

const tables = createScheduleTables();
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 7, 1, 12);
/** Berlin's clock goes back at 01:00 UTC. */
const BACK = Date.UTC(2026, 9, 25, 1);
const berlin = new ZoneClock('Europe/Berlin');

function good(compiled: Compilation): Schedule {
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.schedule;
}

function cron(expression: string, more: Partial<CronSpec> = {}): Schedule {
  return good(compileSchedule({ expression, zone: 'Europe/Berlin', ...more }, tables));
}

/** Berlin as it is, and as it was when its rules of 2026 and 2027 were changed by `change`. */
function since(change: (stretches: Stretches) => Stretches): BothRules {
  const rules = rulesAround(berlin, NOW).map((year) => ({ ...year, ...change(year) }));
  return { old: yearsOf(rules, berlin), new: berlin };
}

const same = since((stretches) => stretches);
/** The clock was to go back a week later than it will. */
const late = since(({ starts, offsets }) => ({
  starts: starts.map((at) => (at === BACK ? at + 7 * 24 * HOUR : at)),
  offsets,
}));
/** The wall was an hour ahead of what it is. */
const ahead = since(({ starts, offsets }) => ({ starts, offsets: offsets.map((offset) => offset + HOUR) }));

const move = (schedule: Schedule, rules: BothRules): ReturnType<typeof firstMove> =>
  firstMove(schedule, rules, partings(rules, NOW));

describe('two rules of a zone part', () => {
  test('nowhere when they are the same', () => {
    expect(partings(same, NOW)).toEqual([]);
  });

  test('where one changes the clock and the other does not, and come together again', () => {
    expect(partings(late, NOW)).toEqual([BACK, BACK + 7 * 24 * HOUR]);
  });

  test('now, when they show different times now', () => {
    expect(partings(ahead, NOW)[0]).toBe(NOW);
  });
});

describe('the first fire that moved', () => {
  test('is none when the rules are the same', () => {
    expect(move(cron('30 2 * * *'), same)).toBeUndefined();
  });

  test('is the next one when the wall shows another time now', () => {
    expect(move(cron('0 9 * * *'), ahead)).toEqual({
      was: Date.UTC(2026, 7, 2, 6),
      now: Date.UTC(2026, 7, 2, 7),
    });
  });

  test('is the first in the stretch that changed, also when the ones before it stay', () => {
    expect(move(cron('0 9 * * *'), late)).toEqual({
      was: Date.UTC(2026, 9, 25, 7),
      now: Date.UTC(2026, 9, 25, 8),
    });
  });

  test('is found on the night of the change itself', () => {
    expect(move(cron('30 2 1 11 *'), late)).toEqual({
      was: Date.UTC(2026, 10, 1, 0, 30),
      now: Date.UTC(2026, 10, 1, 1, 30),
    });
  });

  test('is none for what is due in no moment that changed', () => {
    expect(move(cron('0 9 1 12 *'), late)).toBeUndefined();
    expect(
      move(cron('0 9 * * *', { zone: 'UTC' }), { old: new ZoneClock('UTC'), new: new ZoneClock('UTC') }),
    ).toBe(undefined);
  });

  test('is none for what follows real time', () => {
    expect(move(cron('* * * * *'), ahead)).toBeUndefined();
    expect(move(cron('0 * * * *'), ahead)).toBeUndefined();
    expect(move(good(compileEvery({ every: '90m', zone: 'Europe/Berlin' }, tables)), ahead)).toBeUndefined();
    expect(move(cron('@reboot'), ahead)).toBeUndefined();
  });

  test('is none beyond the bounds of the schedule', () => {
    expect(move(cron('0 9 * * *', { endMs: BACK }), late)).toBeUndefined();
    expect(move(cron('0 9 * * *', { endMs: BACK + 24 * HOUR }), late)).toBeDefined();
  });

  test('may have no moment any more, where its only one is skipped now', () => {
    const unchanging = since(({ starts, offsets }) => ({
      starts: starts.slice(0, 1),
      offsets: offsets.slice(0, 1),
    }));
    expect(move(cron('0 30 2 28 3 * 2027', { dst: 'skip' }), unchanging)).toEqual({
      was: Date.UTC(2027, 2, 28, 1, 30),
      now: undefined,
    });
  });

  test('is that of a one-shot, unless its time names an offset or is past', () => {
    const at = (text: string): Schedule => good(compileAt({ at: text, zone: 'Europe/Berlin' }, tables));
    expect(move(at('2026-12-24T18:00'), ahead)).toEqual({
      was: Date.UTC(2026, 11, 24, 16),
      now: Date.UTC(2026, 11, 24, 17),
    });
    expect(move(at('2026-12-24T18:00+01:00'), ahead)).toBeUndefined();
    expect(move(at('2026-03-01T18:00'), ahead)).toBeUndefined();
    expect(move(at('2026-12-24T18:00'), late)).toBeUndefined();
  });
});

test('only zones whose wall decides something have a clock', () => {
  const schedules = [
    cron('0 9 * * *'),
    cron('0 10 * * *', { endMs: BACK }),
    good(compileAt({ at: '2026-12-24T18:00', zone: 'Asia/Tokyo' }, tables)),
    good(compileEvery({ every: '90m', zone: 'America/New_York' }, tables)),
    cron('@reboot', { zone: 'Asia/Gaza' }),
  ];
  expect([...clocksOf(schedules).keys()]).toEqual(['Europe/Berlin', 'Asia/Tokyo']);
});

test('of many crons those that moved are named, the soonest first, and zones that are not known are left out', () => {
  const crons = [
    sampleCron('december', { schedule: cron('0 9 1 12 *') }),
    sampleCron('daily', { schedule: cron('0 9 * * *') }),
    sampleCron('hourly', { schedule: cron('0 * * * *') }),
    sampleCron('paris', { schedule: cron('0 9 * * *', { zone: 'Europe/Paris' }) }),
  ];
  const rules = rulesAround(berlin, NOW).map(({ year, starts, offsets }) => ({
    year,
    starts,
    offsets: offsets.map((offset) => offset + HOUR),
  }));
  expect(movedFires(crons, new Map([['Europe/Berlin', rules]]), NOW)).toEqual([
    {
      trigger: 'cron:daily',
      zone: 'Europe/Berlin',
      was: Date.UTC(2026, 7, 2, 6),
      now: Date.UTC(2026, 7, 2, 7),
    },
    {
      trigger: 'cron:december',
      zone: 'Europe/Berlin',
      was: Date.UTC(2026, 11, 1, 7),
      now: Date.UTC(2026, 11, 1, 8),
    },
  ]);
});
