import { describe, expect, test } from 'vitest';
import { newRunId, triggerId } from '../../src/core/ids.ts';
import type { ReportKind, ReportTargets } from '../../src/core/report-target.ts';
import type { RunFacts } from '../../src/core/report.ts';
import { isOutdatedBy, laneOf, owedReports } from '../../src/core/report.ts';
import type { RunState } from '../../src/core/run.ts';
import { runStates } from '../../src/core/run.ts';

const target = { url: 'https://example.com', allowPrivate: [] };
const all: ReportTargets = { start: target, success: target, failure: target, callback: target };

function facts(state: RunState, attempt: number): RunFacts {
  const trigger = triggerId('webhook', 'x');
  const about = { run: newRunId(), trigger, lane: trigger, source: 'webhook', reason: null } as const;
  return { ...about, state, attempt, exitCode: null, startedAt: null, endedAt: null };
}

const owed = (state: RunState, attempt: number, targets: ReportTargets | undefined = all): ReportKind[] =>
  owedReports(targets, facts(state, attempt)).map(({ kind }) => kind);

describe('what is owed', () => {
  test.each<[RunState, number, ReportKind[]]>([
    ['running', 1, ['start']],
    ['running', 2, []],
    ['scheduled', 1, []],
    ['queued', 1, []],
    ['succeeded', 1, ['success', 'callback']],
    ['failed', 3, ['failure', 'callback']],
    ['cancelled', 1, ['failure', 'callback']],
    ['superseded', 1, ['failure', 'callback']],
    ['cancelled', 0, ['callback']],
    ['skipped', 0, ['callback']],
    ['missed', 0, ['callback']],
    ['superseded', 0, ['callback']],
  ])('by a run that is %s after attempt %i: %j', (state, attempt, expected) => {
    expect(owed(state, attempt)).toEqual(expected);
  });

  test('is what was asked for, and nothing where nothing was', () => {
    expect(owed('succeeded', 1, { success: target })).toEqual(['success']);
    expect(owed('failed', 1, { success: target })).toEqual([]);
    expect(runStates.flatMap((state) => owedReports(undefined, facts(state, 1)))).toEqual([]);
  });
});

test('pings of a trigger share a lane, and callbacks have sixteen', () => {
  const lanes = (kind: ReportKind): Set<string> =>
    new Set(Array.from({ length: 400 }, () => laneOf({ ...target, kind, facts: facts('succeeded', 1) })));
  expect([...lanes('start'), ...lanes('failure')]).toEqual(['ping webhook:x', 'ping webhook:x']);
  expect(lanes('callback').size).toBe(16);
});

test.each<[ReportKind, ReportKind, boolean]>([
  ['start', 'start', true],
  ['start', 'success', true],
  ['start', 'failure', true],
  ['success', 'start', false],
  ['failure', 'start', false],
  ['failure', 'success', true],
  ['success', 'failure', true],
  ['callback', 'callback', false],
  ['failure', 'callback', false],
])('a %s that could not be sent is outdated by a later %s: %s', (kind, later, expected) => {
  expect(isOutdatedBy(kind, later)).toBe(expected);
});
