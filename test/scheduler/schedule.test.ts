import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/core/trigger.ts';
import { deepFreeze } from '../../src/core/freeze.ts';
import {
  compileAt,
  compileEvery,
  compileSchedule,
  createScheduleTables,
  isReboot,
  neverFires,
} from '../../src/scheduler/schedule.ts';
import type { Compilation, CronSpec } from '../../src/scheduler/schedule.ts';
import { hostZone, tzDataVersion, zoneExists } from '../../src/scheduler/zones.ts';
import { blackoutIn } from './windows.ts';

const tables = createScheduleTables();
const noon = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;

function scheduleOf(compiled: Compilation): Schedule {
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.schedule;
}
const cron = (spec: Partial<CronSpec>): Schedule =>
  scheduleOf(compileSchedule({ expression: '0 9 * * *', zone: 'Europe/Berlin', ...spec }, tables));

describe('what is kept of the configuration', () => {
  test('the expression as written and the zone', () => {
    const schedule = cron({ expression: ' @daily', zone: 'Asia/Tokyo' });
    expect(schedule).toMatchObject({ expression: ' @daily', zone: 'Asia/Tokyo' });
  });

  test('the key changes with whatever moves the instants, and with nothing else', () => {
    const key = cron({}).key;
    expect(cron({ expression: '0  9 * * ?', hashSeed: 'other' }).key).toBe(key);
    const others = [
      cron({ expression: '1 9 * * *' }),
      cron({ zone: 'Europe/Paris' }),
      cron({ dst: 'both' }),
      cron({ startMs: noon }),
      cron({ endMs: noon }),
      cron({ blackout: blackoutIn('Europe/Berlin', ['22:00-06:00']).windows }),
      cron({ expression: '@every 90m' }),
      cron({ expression: '@every 90m', anchorMs: 5 }),
      cron({ expression: '@every 91m' }),
      cron({ expression: '@reboot' }),
      cron({ expression: 'H 9 * * *', hashSeed: 'a' }),
      cron({ expression: 'H 9 * * *', hashSeed: 'b' }),
    ];
    expect(new Set([key, ...others.map((other) => other.key)]).size).toBe(13);
  });

  test('a frozen schedule still answers, also about years it has not seen', () => {
    const schedule = deepFreeze(cron({ zone: 'Africa/Cairo' }));
    expect(schedule.next(Date.UTC(2031, 0, 1))).toBe(Date.UTC(2031, 0, 1, 7));
    expect(schedule.next(Date.UTC(1999, 0, 1))).toBe(Date.UTC(1999, 0, 1, 7));
  });
});

describe('every', () => {
  test('counts from its anchor, in real time through clock changes', () => {
    const anchorMs = Date.UTC(2026, 2, 29, 0, 10);
    const schedule = scheduleOf(compileEvery({ every: '90m', zone: 'Europe/Berlin', anchorMs }));
    expect(schedule.next(anchorMs - 5)).toBe(anchorMs);
    expect(schedule.next(anchorMs)).toBe(anchorMs + 1.5 * HOUR_MS);
    expect(schedule.next(anchorMs + 1.5 * HOUR_MS - 1)).toBe(anchorMs + 1.5 * HOUR_MS);
    expect(schedule.next(anchorMs + 100 * HOUR_MS)).toBe(anchorMs + 100.5 * HOUR_MS);
  });

  test('without an anchor it is the same after every restart', () => {
    expect(cron({ expression: '@every 90m' }).next(noon)).toBe(noon + 1.5 * HOUR_MS);
    expect(cron({ expression: '@EVERY 1h30m' }).next(noon + 1)).toBe(noon + 1.5 * HOUR_MS);
  });

  test('refuses lengths it would have to guess', () => {
    expect(compileEvery({ every: '90', zone: 'UTC' })).toMatchObject({ ok: false, field: 'expression' });
    expect(compileEvery({ every: '90m', zone: 'Nowhere' })).toMatchObject({ ok: false, field: 'timezone' });
  });
});

describe('at', () => {
  test('fires once, in its zone', () => {
    const schedule = scheduleOf(compileAt({ at: '2026-12-24T18:00', zone: 'Europe/Berlin' }));
    expect(schedule.next(noon)).toBe(Date.UTC(2026, 11, 24, 17));
    expect(schedule.next(Date.UTC(2026, 11, 24, 17))).toBeUndefined();
  });

  test('refuses what is no date', () => {
    expect(compileAt({ at: '2026-02-30T10:00', zone: 'UTC' })).toMatchObject({
      ok: false,
      field: 'expression',
    });
    expect(compileAt({ at: 'tomorrow', zone: 'UTC' })).toMatchObject({ ok: false, field: 'expression' });
  });
});

describe('bounds', () => {
  test('start counts, end does not', () => {
    const bounded = cron({ zone: 'UTC', startMs: Date.UTC(2026, 11, 1, 9), endMs: Date.UTC(2026, 11, 3, 9) });
    expect(bounded.next(noon)).toBe(Date.UTC(2026, 11, 1, 9));
    expect(bounded.next(Date.UTC(2026, 11, 1, 9))).toBe(Date.UTC(2026, 11, 2, 9));
    expect(bounded.next(Date.UTC(2026, 11, 2, 9))).toBeUndefined();
  });

  test('every and at bounds alike', () => {
    const bounded = cron({ expression: '@every 1h', startMs: noon + 1, endMs: noon + 2 * HOUR_MS });
    expect(bounded.next(0)).toBe(noon + HOUR_MS);
    expect(bounded.next(noon + HOUR_MS)).toBeUndefined();
  });
});

test('a blackout counts within the bounds, for every and cron alike', () => {
  const blackout = blackoutIn('UTC', ['00:00-12:00', '2026-11-23']).windows;
  const bounds = { blackout, startMs: Date.UTC(2026, 10, 22), endMs: Date.UTC(2026, 10, 24, 13) };
  for (const schedule of [
    cron({ expression: '0 * * * *', zone: 'UTC', ...bounds }),
    scheduleOf(compileEvery({ every: '1h', zone: 'UTC', ...bounds })),
  ]) {
    expect(schedule.next(0)).toBe(noon);
    expect(schedule.next(noon + 11 * HOUR_MS)).toBe(noon + 48 * HOUR_MS);
    expect(schedule.next(noon + 48 * HOUR_MS)).toBeUndefined();
  }
});

describe('schedules without a next', () => {
  test('@reboot is marked as such and has no instant', () => {
    expect(isReboot(cron({ expression: '@reboot' }))).toBe(true);
    expect(cron({ expression: '@reboot' }).next(noon)).toBeUndefined();
    expect(isReboot(cron({}))).toBe(false);
  });

  test('the 31st of February compiles and never fires', () => {
    const schedule = cron({ expression: '0 0 31 2 *' });
    expect(schedule.next(noon)).toBeUndefined();
    expect(neverFires(schedule, noon)).toBe(true);
    expect(neverFires(cron({ expression: '0 0 9 * * * 2020' }), noon)).toBe(true);
    expect(neverFires(cron({ expression: '0 0 29 2 *' }), noon)).toBe(false);
    expect(neverFires(cron({ expression: '@reboot' }), noon)).toBe(false);
  });
});

describe('zones', () => {
  test('an unknown zone is refused by name', () => {
    const refused = compileSchedule({ expression: '0 9 * * *', zone: 'Mars/Olympus' });
    expect(refused).toMatchObject({
      ok: false,
      field: 'timezone',
      message: expect.stringContaining('"Mars/Olympus"') as unknown,
    });
  });

  test.each(['Europe/Berlin', 'UTC', 'Asia/Calcutta', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'])(
    '%s exists',
    (zone) => {
      expect(zoneExists(zone)).toBe(true);
    },
  );

  test.each(['', 'Mars/Olympus', '+02:00', 'local', 'GMT+1', 'Europe/Berlin '])('"%s" does not', (zone) => {
    expect(zoneExists(zone)).toBe(false);
  });

  test('the host has one, and the tz data a version', () => {
    expect(zoneExists(hostZone())).toBe(true);
    expect(tzDataVersion(process.versions)).toMatch(/^20\d\d[a-z]$/);
    expect(tzDataVersion({})).toBe('unknown');
  });
});
