/** Holds the way of a batch to a collector: tried again where that is asked for, and never longer than it may take. */
import { expect, it, test } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { post } from '../../../src/telemetry/traces/collector.ts';
import type { PostDeps, Posted } from '../../../src/telemetry/traces/collector.ts';
import { Collector } from '../../support/collector.ts';
import type { Manner } from '../../support/collector.ts';
import { FAKE_START_MS, FakeClock } from '../../support/fake-clock.ts';
import { Receiver, status } from '../../support/receiver.ts';

const BODY = new TextEncoder().encode('{"resourceSpans":[]}');

interface Desk extends AsyncDisposable {
  readonly collector: Collector;
  readonly clock: FakeClock;
  readonly stop: AbortController;
  readonly posting: (change?: Partial<PostDeps['settings']>) => Promise<Posted>;
}

async function desk(manner: Manner): Promise<Desk> {
  const collector = await Collector.start(manner);
  const clock = new FakeClock();
  const stop = new AbortController();
  return {
    ...{ collector, clock, stop },
    posting: (change = {}) =>
      post(BODY, {
        settings: { url: `${collector.url}/v1/traces`, headers: new Map(), timeoutMs: 10_000, ...change },
        clock,
        stop: stop.signal,
      }),
    [Symbol.asyncDispose]: () => collector[Symbol.asyncDispose](),
  };
}

/** Resolves once the answer has come and the next try is so far away: the only timer that is set then. */
async function pausing({ clock }: Desk, ms: number): Promise<void> {
  while (clock.nextIn() !== ms) await new Promise((resolve) => setImmediate(resolve));
}

async function waited(at: Desk, ms: number): Promise<void> {
  await pausing(at, ms);
  await at.clock.advance(ms);
}

it('posts JSON with the headers that are configured, which do not replace its own', async () => {
  await using at = await desk('takes');
  const headers = new Map([
    ['Authorization', new Secret('Bearer abc')],
    ['Content-Type', new Secret('text/plain')],
  ]);
  expect(await at.posting({ headers })).toEqual({ ok: true });
  expect(at.collector.requests).toMatchObject([
    {
      method: 'POST',
      url: '/v1/traces',
      headers: { authorization: 'Bearer abc', 'content-type': 'application/json' },
      body: '{"resourceSpans":[]}',
    },
  ]);
});

it('tries again where the collector is overloaded, a second later, then two', async () => {
  await using at = await desk({ status: 503 });
  const posting = at.posting();
  await waited(at, 1_000);
  await pausing(at, 2_000);
  at.collector.manner = 'takes';
  await waited(at, 2_000);
  expect(await posting).toEqual({ ok: true });
  expect(at.clock.monotonic()).toBe(3_000);
});

it.each(['7', new Date(FAKE_START_MS + 7_000).toUTCString()])(
  'waits as it is told: %s',
  async (retryAfter) => {
    await using at = await desk({ status: 429, retryAfter });
    const posting = at.posting();
    await pausing(at, 7_000);
    at.collector.manner = 'takes';
    await waited(at, 7_000);
    expect(await posting).toEqual({ ok: true });
  },
);

it('gives up when the next try would come too late', async () => {
  await using at = await desk({ status: 503, retryAfter: '60' });
  expect(await at.posting()).toEqual({ ok: false, reason: 'it answers 503' });
  expect(at.collector.requests).toHaveLength(1);
});

test.each([400, 401, 404, 413, 500, 302])('does not repeat what is answered with %i', async (code) => {
  await using at = await desk({ status: code });
  expect(await at.posting()).toEqual({ ok: false, reason: `it answers ${code}` });
  expect(at.collector.requests).toHaveLength(1);
});

it('follows no redirect, which would take the headers along', async () => {
  await using elsewhere = await Receiver.start();
  await using receiver = await Receiver.start(status(307, { location: elsewhere.url }));
  await using at = await desk('takes');
  expect(await at.posting({ url: receiver.url })).toEqual({ ok: false, reason: 'it answers 307' });
  expect(elsewhere.received).toEqual([]);
});

it('ends a request that is not answered when its time is over', async () => {
  await using at = await desk('hangs');
  const posting = at.posting();
  await at.collector.asked(1);
  await at.clock.advance(10_000);
  expect(await posting).toEqual({ ok: false, reason: 'it does not answer' });
});

it('says which address failed where a name has several', async () => {
  await using at = await desk('takes');
  const receiver = await Receiver.start();
  const { port } = new URL(receiver.url);
  await receiver[Symbol.asyncDispose]();
  const posting = at.posting({ url: `http://localhost:${port}`, timeoutMs: 500 });
  expect(await posting).toEqual({
    ok: false,
    reason: expect.stringMatching(new RegExp(`ECONNREFUSED \\S+:${port}$`)),
  });
});

it('does not read an answer that has no end', async () => {
  await using receiver = await Receiver.start((outgoing) => {
    outgoing.writeHead(200);
    const more = (): void => {
      while (outgoing.writable && outgoing.write(Buffer.alloc(16_384)));
      outgoing.once('drain', more);
    };
    more();
  });
  await using at = await desk('takes');
  expect(await at.posting({ url: receiver.url })).toEqual({ ok: true });
});

it('says what failed where nobody listens, and ends at once when it is told to stop', async () => {
  await using at = await desk('takes');
  const receiver = await Receiver.start();
  const { url } = receiver;
  await receiver[Symbol.asyncDispose]();
  const posting = at.posting({ url });
  await pausing(at, 1_000);
  at.stop.abort();
  expect(await posting).toMatchObject({ ok: false });
  expect(at.clock.pending).toBe(0);
});
