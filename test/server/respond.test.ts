import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { listen } from '../../src/server/listener.ts';
import { replyOf } from '../../src/server/replies.ts';
import { cutOff, respond, turnAway } from '../../src/server/respond.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { exchangeRaw } from './harness.ts';

describe('respond', () => {
  it('answers once, whatever is tried after it', async () => {
    const listener = await listen({
      host: '127.0.0.1',
      port: 0,
      clock: systemClock,
      handlerFor: () => (incoming, outgoing) => {
        respond(outgoing, replyOf('filtered'));
        respond(outgoing, replyOf('failed'));
        cutOff({ incoming, outgoing, clock: systemClock }, replyOf('failed'));
      },
    });
    const response = await fetch(listener.bound.url);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: { status: 'filtered' },
    });
    await listener.close(0);
  });
});

describe('a body that is not wanted', () => {
  it('ends the connection when it does not end in time', async () => {
    const clock = new FakeClock();
    const listener = await listen({
      host: '127.0.0.1',
      port: 0,
      clock: systemClock,
      handlerFor: () => (incoming, outgoing) => {
        turnAway({ incoming, outgoing, clock }, replyOf('not_found'));
      },
    });
    const answer = exchangeRaw(listener.bound.port, [
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe',
    ]);
    await clock.timersSet();
    await clock.advance(1_000);
    expect(await answer).toMatch(/^HTTP\/1.1 404 .*connection: close.*{"error":"not found"}$/is);
    expect(clock.pending).toBe(0);
    await listener.close(0);
  });
});
