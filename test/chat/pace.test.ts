/** Holds the pace of messages to Telegram's limits. */
import { describe, expect, test } from 'vitest';
import { Pace } from '../../src/chat/pace.ts';

const PERSON = 7;
const GROUP = -100;

/** Sends to `chat` as fast as the pace allows, `count` times; answers with when each went, in ms. */
function sendAll(pace: Pace, chat: number, count: number): readonly number[] {
  let now = 0;
  return Array.from({ length: count }, () => {
    now += pace.waitMs(chat, now);
    pace.spend(chat, now);
    return now;
  });
}

describe('the pace', () => {
  test.each([PERSON, GROUP])('a chat (%i) gets one message a second', (chat) => {
    expect(sendAll(new Pace(), chat, 4)).toEqual([0, 1_000, 2_000, 3_000]);
  });

  test('the second counts from when a message really leaves', () => {
    const pace = new Pace();
    pace.spend(PERSON, 0);
    pace.leave(PERSON, 300);
    expect(pace.waitMs(PERSON, 1_000)).toBe(300);
  });

  test('a group gets no more than twenty in any minute', () => {
    const times = sendAll(new Pace(), GROUP, 60);
    expect(times[19]).toBe(19_000);
    expect(times[20]).toBe(60_000);
    for (const start of times) {
      expect(times.filter((at) => at >= start && at < start + 60_000).length).toBeLessThanOrEqual(20);
    }
  });

  test('all chats together get no more than thirty in any second', () => {
    const pace = new Pace();
    for (let chat = 1; chat <= 30; chat += 1) {
      expect(pace.waitMs(chat, 500)).toBe(0);
      pace.spend(chat, 500);
    }
    expect(pace.waitMs(31, 500)).toBe(1_000);
    expect(pace.waitMs(31, 1_499)).toBe(1);
    expect(pace.waitMs(31, 1_500)).toBe(0);
  });

  test('one chat does not slow another', () => {
    const pace = new Pace();
    pace.spend(PERSON, 0);
    expect(pace.waitMs(PERSON, 0)).toBe(1_000);
    expect(pace.waitMs(PERSON + 1, 0)).toBe(0);
  });

  test('what can be left out leaves a group five messages a minute', () => {
    const pace = new Pace();
    const times = sendAll(pace, GROUP, 15);
    const now = times.at(-1)! + 1_000;
    expect(pace.waitMs(GROUP, now)).toBe(0);
    expect(pace.spareWaitMs(GROUP, now)).toBe(60_000 - now);
  });

  test('what can be left out leaves everybody else five messages a second', () => {
    const pace = new Pace();
    for (let chat = 1; chat <= 25; chat += 1) pace.spend(chat, 0);
    expect(pace.waitMs(99, 0)).toBe(0);
    expect(pace.spareWaitMs(99, 0)).toBe(1_000);
  });

  test('chats that are forgotten after a quiet minute owe nothing, those that are held still do', () => {
    const pace = new Pace();
    for (let n = 0; n < 20; n += 1) pace.spend(GROUP, n * 1_000);
    pace.hold(PERSON, 600_000, 0);
    // Every minute's first message sweeps.
    for (let now = 60_000; now <= 240_000; now += 60_000) pace.spend(99, now);
    expect(pace.waitMs(GROUP, 240_000)).toBe(0);
    expect(pace.waitMs(PERSON, 240_000)).toBe(360_000);
  });
});
