import { describe, expect, it } from 'vitest';
import { isTerminal, runStates, transition } from '../../src/core/run.ts';

describe('the states of a run', () => {
  it('lets no terminal state change', () => {
    for (const from of runStates.filter(isTerminal)) {
      expect(
        runStates.filter((to) => transition(from, to)),
        from,
      ).toEqual([]);
    }
  });

  it('names six terminal states', () => {
    expect(runStates.filter(isTerminal)).toEqual([
      'succeeded',
      'failed',
      'cancelled',
      'skipped',
      'missed',
      'superseded',
    ]);
  });

  it('starts nothing that was not queued and ends nothing as done that did not run', () => {
    expect(runStates.filter((from) => transition(from, 'running'))).toEqual(['queued']);
    expect(runStates.filter((from) => transition(from, 'succeeded'))).toEqual(['running']);
    expect(runStates.filter((from) => transition(from, 'failed'))).toEqual(['running']);
  });

  it('brings every state to an end', () => {
    for (const start of runStates) {
      const reached = new Set([start]);
      for (const from of reached) for (const to of runStates) if (transition(from, to)) reached.add(to);
      expect([...reached].some(isTerminal), start).toBe(true);
    }
  });
});
