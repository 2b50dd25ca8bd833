import { describe, expect, it } from 'vitest';
import { settle } from '../../src/config/settle.ts';
import { FakeClock } from '../support/fake-clock.ts';

interface Watched {
  readonly clock: FakeClock;
  readonly done: Promise<string>;
  readonly end: AbortController;
}

/** Settles on `stateAt`, a state that changes with the time that ran. */
function watch(stateAt: (ms: number) => string): Watched {
  const clock = new FakeClock();
  const end = new AbortController();
  const look = (): Promise<string> => Promise.resolve(stateAt(clock.monotonic()));
  return { clock, end, done: settle(look, { clock, quietMs: 150, maxMs: 10_000, signal: end.signal }) };
}

describe('settle', () => {
  it('answers when two looks 150 ms apart are equal, not before', async () => {
    const { clock, done } = watch((ms) => (ms < 400 ? `part ${Math.floor(ms / 100)}` : 'whole'));
    let isDone = false;
    void done.then(() => (isDone = true));
    await clock.advance(599);
    expect(isDone).toBe(false);
    await clock.advance(1);
    expect(await done).toBe('whole');
  });

  it('answers at last for a file that never rests', async () => {
    const { clock, done } = watch((ms) => String(ms));
    await clock.advance(10_050);
    expect(Number(await done)).toBeGreaterThanOrEqual(10_000);
  });

  it('answers at once when nobody waits any more', async () => {
    const { end, done } = watch((ms) => String(ms));
    end.abort();
    await expect(done).resolves.toBe('0');
  });
});
