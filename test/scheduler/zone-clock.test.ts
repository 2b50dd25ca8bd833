import { describe, expect, test } from 'vitest';
import { ZoneClock, createZoneClocks } from '../../src/scheduler/zone-clock.ts';
import { transitionsOf, wallReader } from './reference.ts';

describe('the table of a year', () => {
  test('has every change, also where two are a week apart', () => {
    const close: readonly (readonly [string, number])[] = [
      ['America/Noronha', 2000],
      ['America/Boa_Vista', 2000],
      ['America/Recife', 2000],
      ['America/Fortaleza', 2000],
      ['America/Argentina/Tucuman', 2004],
      ['Asia/Gaza', 2040],
      ['Asia/Gaza', 2053],
      ['Asia/Hebron', 2054],
      ['Africa/Casablanca', 2012],
      ['Africa/Cairo', 2010],
      ['Europe/Berlin', 2026],
      ['Asia/Kolkata', 2026],
    ];
    for (const [zone, year] of close) {
      const table = new ZoneClock(zone).yearAt(Date.UTC(year, 6, 1));
      const starts = table?.starts.filter((at) => at >= table.fromMs && at < table.toMs);
      expect(starts, zone).toEqual(transitionsOf(zone, [year]));
    }
  });

  test('answers for the instants of its year, each with the offset of the wall', () => {
    const clock = new ZoneClock('Australia/Lord_Howe');
    const wall = wallReader('Australia/Lord_Howe');
    for (let at = Date.UTC(2025, 11, 20); at < Date.UTC(2027, 0, 10); at += 7 * 3_600_000) {
      const year = clock.yearAt(at);
      expect(year?.fromMs).toBe(Date.UTC(new Date(at).getUTCFullYear(), 0, 1));
      expect(clock.offsetAt(at)).toBe(wall(at) - at);
    }
  });

  test('is not there beyond what a date can hold', () => {
    expect(new ZoneClock('Europe/Berlin').yearAt(8.64e15)).toBeUndefined();
    expect(new ZoneClock('Europe/Berlin').yearAt(Number.NaN)).toBeUndefined();
  });
});

test('a zone has one clock, and an unknown zone none', () => {
  const clocks = createZoneClocks();
  expect(clocks.clockOf('Europe/Berlin')).toBe(clocks.clockOf('Europe/Berlin'));
  expect(clocks.clockOf('Mars/Olympus')).toBeUndefined();
});
