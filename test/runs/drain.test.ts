/** Holds a service that leaves to waiting for its runs, but not for the one that asked it to leave. */
import { describe, expect, test } from 'vitest';
import type { RunId } from '../../src/core/ids.ts';
import { patience } from '../../src/runs/drain.ts';
import { FakeClock } from '../support/fake-clock.ts';

const [ASKER, OTHER] = ['asker', 'other'] as [RunId, RunId];

function draining(runs: readonly RunId[], asker?: RunId) {
  const clock = new FakeClock(0);
  const ends = new Map(runs.map((run) => [run, Promise.withResolvers<void>()]));
  const force = new AbortController();
  let isOver = false;
  const over = patience(new Map([...ends].map(([run, { promise }]) => [run, promise])), {
    timeoutMs: 120_000,
    hurry: force.signal,
    asker,
    clock,
  }).then(() => {
    isOver = true;
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    over,
    force: () => {
      force.abort();
    },
    end: (run: RunId) => ends.get(run)?.resolve(),
    /** Whether it is over after so long. */
    after: async (ms: number) => {
      await turn();
      await clock.advance(ms);
      await turn();
      return isOver;
    },
  };
}

describe('a service that leaves', () => {
  test('waits for nothing where nothing runs', () => draining([]).over);

  test('goes when the last run has ended', async () => {
    const { after, end, over } = draining([ASKER, OTHER]);
    end(ASKER);
    expect(await after(60_000)).toBe(false);
    end(OTHER);
    await over;
  });

  test('goes when the time is over, or at once by force', async () => {
    const late = draining([OTHER]);
    expect(await late.after(119_999)).toBe(false);
    expect(await late.after(1)).toBe(true);
    const forced = draining([OTHER]);
    forced.force();
    await forced.over;
  });
});

describe('the run that asked', () => {
  test('is given ten seconds, when it is the only one', async () => {
    const { after } = draining([ASKER], ASKER);
    expect(await after(9_999)).toBe(false);
    expect(await after(1)).toBe(true);
  });

  test('is given them after the others have ended', async () => {
    const { after, end } = draining([ASKER, OTHER], ASKER);
    expect(await after(60_000)).toBe(false);
    end(OTHER);
    expect(await after(9_999)).toBe(false);
    expect(await after(1)).toBe(true);
  });

  test('ends it by ending', async () => {
    const { end, over } = draining([ASKER], ASKER);
    end(ASKER);
    await over;
  });

  test('does not prolong what the others get', async () => {
    const { after } = draining([ASKER, OTHER], ASKER);
    expect(await after(120_000)).toBe(true);
  });
});
