import { expect, test } from 'vitest';
import type { Schedule } from '../../src/core/trigger.ts';
import { compileSchedule, cronOf } from '../../src/scheduler/schedule.ts';
import type { ScheduleBounds } from '../../src/scheduler/schedule.ts';
import { bareOf, withheldAt } from '../../src/scheduler/withheld.ts';
import { blackoutIn } from './windows.ts';

function hourly(bounds: ScheduleBounds): Schedule {
  const compiled = compileSchedule({ expression: '0 * * * *', zone: 'UTC', ...bounds });
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.schedule;
}

const { windows: blackout } = blackoutIn('UTC', ['22:00-06:00', '2026-12-24/2026-12-26']);
const startMs = Date.UTC(2026, 10, 1);
const endMs = Date.UTC(2027, 0, 1);
const bounds = { startMs, endMs, blackout };

test.each([
  ['2026-10-31T23:00:00Z', { kind: 'early', startMs }],
  ['2026-11-01T00:00:00Z', { kind: 'blackout', text: '22:00-06:00' }],
  ['2026-11-01T12:00:00Z', undefined],
  ['2026-12-24T12:00:00Z', { kind: 'blackout', text: '2026-12-24/2026-12-26' }],
  ['2026-12-31T21:00:00Z', undefined],
  ['2027-01-01T00:00:00Z', { kind: 'late', lastMs: endMs - 1 }],
])('at %s it is withheld by %o', (at, withheld) => {
  expect(withheldAt(hourly(bounds), Date.parse(at))).toEqual(withheld);
});

test('nothing is withheld without bounds and blackout', () => {
  expect(withheldAt(hourly({}), 0)).toBeUndefined();
  expect(withheldAt(hourly({ blackout: [] }), 0)).toBeUndefined();
});

test.each([[{}], [{ startMs }], [{ blackout }], [bounds]])('the cron behind %o is seen', (one) => {
  expect(bareOf(hourly(one)).key).toBe(hourly({}).key);
  expect(cronOf(hourly(one))?.key).toBe(hourly({}).key);
});
