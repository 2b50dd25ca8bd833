import { describe, expect, it } from 'vitest';
import { PACE_BYTES, PACE_WINDOW_MS, watchPace } from '../../../src/server/upload/pace.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('the sender of an upload', () => {
  it.each([
    ['says nothing', [0], 1],
    ['sends enough in each minute', [PACE_BYTES, PACE_BYTES, PACE_BYTES], undefined],
    ['sends a little too little', [PACE_BYTES - 1], 1],
    ['sends much at once and then nothing, to hold the connection', [PACE_BYTES * 100, 0], 2],
    ['becomes slow after an hour', [...Array.from({ length: 60 }, () => PACE_BYTES), 1], 61],
  ])('that %s', async (_what, bytes, slowIn) => {
    const clock = new FakeClock();
    let minute = 0;
    let slow: number | undefined;
    const pace = watchPace(clock, () => (slow = minute));
    for (const count of bytes) {
      minute += 1;
      pace.note(count);
      await clock.advance(PACE_WINDOW_MS);
    }
    pace.end();
    expect(slow).toBe(slowIn);
    expect(clock.pending).toBe(0);
  });

  it('may be as slow as it likes in its last minute', async () => {
    const clock = new FakeClock();
    const pace = watchPace(clock, () => expect.unreachable());
    await clock.advance(PACE_WINDOW_MS - 1);
    pace.end();
    await clock.advance(PACE_WINDOW_MS);
  });
});
