/** Holds the double to its count of messages. */
import { describe, expect, it } from 'vitest';
import { BotApi } from './api.ts';
import { Client, refusal } from './client.ts';
import { Meter } from './limits.ts';
import { Refusal } from './refusal.ts';

const PERSON = 42;
const GROUP = -1001234567890;

/** A meter whose clock stands still until it is moved, and what it says to one message. */
class Bench {
  now = 0;
  readonly meter = new Meter(() => this.now);

  /** The seconds to wait; 0: it goes through. */
  try(chatId: number, what: 'message' | 'edit' = 'message'): unknown {
    try {
      this.meter.admit(1, chatId, what);
      return 0;
    } catch (error) {
      return error instanceof Refusal ? error.parameters?.['retry_after'] : error;
    }
  }
}

describe('limits', () => {
  it('are off until they are set', () => {
    const bench = new Bench();
    expect(Array.from({ length: 100 }, () => bench.try(GROUP))).toEqual(Array(100).fill(0));
  });

  it('let a chat have so many messages a second, and what was refused does not count', () => {
    const bench = new Bench();
    bench.meter.limits = { perChatPerSecond: 1 };
    expect([bench.try(PERSON), bench.try(PERSON), bench.try(GROUP)]).toEqual([0, 1, 0]);
    bench.now = 500;
    expect(bench.try(PERSON)).toBe(1);
    bench.now = 1000;
    expect(bench.try(PERSON)).toBe(0);
  });

  it('let a group have so many a minute, and a person more', () => {
    const bench = new Bench();
    bench.meter.limits = { perGroupPerMinute: 2 };
    expect([1, 2, 3].map(() => bench.try(PERSON))).toEqual([0, 0, 0]);
    expect([1, 2, 3].map(() => bench.try(GROUP))).toEqual([0, 0, 60]);
    bench.now = 40_000;
    expect(bench.try(GROUP)).toBe(20);
    bench.now = 60_000;
    expect(bench.try(GROUP)).toBe(0);
  });

  it('let a bot send so many a second overall', () => {
    const bench = new Bench();
    bench.meter.limits = { overallPerSecond: 3 };
    expect([1, 2, 3, 4].map((chat) => bench.try(chat))).toEqual([0, 0, 0, 1]);
  });

  it('count edits only when told so', () => {
    const bench = new Bench();
    bench.meter.limits = { perChatPerSecond: 1 };
    expect([bench.try(PERSON, 'edit'), bench.try(PERSON, 'edit')]).toEqual([0, 0]);
    bench.meter.limits = { perChatPerSecond: 1, countEdits: true };
    expect([bench.try(PERSON, 'edit'), bench.try(PERSON, 'edit')]).toEqual([0, 1]);
  });

  it('answer 429, and the message is not there', async () => {
    await using api = await BotApi.start();
    const client = new Client(api);
    api.limits = { perGroupPerMinute: 1 };
    await client.send(GROUP, 'one');
    expect(await client.send(GROUP, 'two')).toEqual(
      refusal(429, 'Too Many Requests: retry after 60', { parameters: { retry_after: 60 } }),
    );
    expect(api.texts(GROUP)).toEqual(['one']);
  });
});
