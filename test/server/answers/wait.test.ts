import { expect, test } from 'vitest';
import type { RunState } from '../../../src/core/run.ts';
import { statusOf } from '../../../src/server/answers/wait.ts';

const statuses = { '0': 204, '3': 422, failed: 502, cancelled: 409 };

interface Row {
  readonly state: RunState;
  readonly exitCode: number | null;
  readonly table?: Readonly<Record<string, number>>;
  readonly expected: number;
}

test.each<Row>([
  { state: 'succeeded', exitCode: 0, expected: 200 },
  { state: 'succeeded', exitCode: null, expected: 200 },
  { state: 'failed', exitCode: 1, expected: 500 },
  { state: 'failed', exitCode: null, expected: 500 },
  { state: 'cancelled', exitCode: null, expected: 500 },
  { state: 'skipped', exitCode: null, expected: 500 },
  { state: 'succeeded', exitCode: 0, table: statuses, expected: 204 },
  { state: 'succeeded', exitCode: null, table: statuses, expected: 200 },
  { state: 'failed', exitCode: 3, table: statuses, expected: 422 },
  { state: 'failed', exitCode: 4, table: statuses, expected: 502 },
  { state: 'failed', exitCode: null, table: statuses, expected: 502 },
  { state: 'cancelled', exitCode: null, table: statuses, expected: 409 },
  { state: 'superseded', exitCode: null, table: statuses, expected: 500 },
])('a run that is $state with exit code $exitCode is answered by $table with $expected', (row) => {
  const { state, exitCode, table = {}, expected } = row;
  expect(statusOf({ state, exitCode, reason: null, attempt: 1 }, { statuses: table })).toBe(expected);
});
