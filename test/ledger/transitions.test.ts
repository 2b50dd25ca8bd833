import { describe, expect, test } from 'vitest';
import { runStates, transition } from '../../src/core/run.ts';
import { moved } from '../../src/ledger/transitions.ts';

describe('a change of state', () => {
  test.each(runStates.flatMap((from) => runStates.map((to) => [from, to] as const)))(
    'from %s to %s is made only if the rules allow it',
    (from, to) => {
      if (transition(from, to)) expect(moved(from, to)).toBe(to);
      else expect(() => moved(from, to)).toThrow(expect.objectContaining({ code: 'conflict' }));
    },
  );
});
