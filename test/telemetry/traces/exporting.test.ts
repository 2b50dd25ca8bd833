/** Holds what a collector gets to what was recorded: masked, in its trace, in its share, and counted where it is lost. */
import { expect, it } from 'vitest';
import type { TelemetrySettings } from '../../../src/core/snapshot.ts';
import type { Span } from '../../../src/core/tracing.ts';
import type { Posted } from '../../../src/telemetry/traces/collector.ts';
import { Exporting } from '../../../src/telemetry/traces/exporting.ts';
import { Collector } from '../../support/collector.ts';
import type { Manner } from '../../support/collector.ts';
import { FAKE_START_MS, FakeClock } from '../../support/fake-clock.ts';

const TRACE = '01890a5dac96774bbcceb302099a8057';
const FLUSH_MS = 2_000;

const span = (change: Partial<Span> = {}): Span => ({
  name: 'deliver',
  kind: 'server',
  trace: TRACE,
  startedAt: FAKE_START_MS,
  endedAt: FAKE_START_MS + 5,
  attributes: {},
  ...change,
});

interface Desk extends AsyncDisposable {
  readonly collector: Collector;
  readonly clock: FakeClock;
  readonly exporting: Exporting;
  readonly told: Array<readonly [Posted, number]>;
}

async function desk(manner: Manner = 'takes', change: Partial<TelemetrySettings> = {}): Promise<Desk> {
  const collector = await Collector.start(manner);
  const clock = new FakeClock();
  const told: Array<readonly [Posted, number]> = [];
  const exporting = new Exporting({
    settings: {
      url: `${collector.url}/v1/traces`,
      headers: new Map(),
      ...{ serviceName: 'hooks', sample: 1, timeoutMs: 10_000 },
      ...change,
    },
    version: '1.2.3',
    mask: (text) => text.replaceAll('s3cr3t', '[secret]'),
    told: (posted, leftOut) => told.push([posted, leftOut]),
    clock,
  });
  return {
    ...{ collector, clock, exporting, told },
    [Symbol.asyncDispose]: async () => {
      const ended = exporting.end(0);
      await clock.advance(0);
      await ended;
      await collector[Symbol.asyncDispose]();
    },
  };
}

it('sends a span as it was recorded, with the ids that were chosen for it', async () => {
  await using at = await desk();
  at.exporting.record(
    span({
      id: 'bcceb302099a8057',
      parent: '00f067aa0ba902b7',
      attributes: { 'untether.trigger': 'webhook:a', 'untether.revision': 3, nothing: undefined },
      links: [{ trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' }],
      failure: 'exit 3',
    }),
  );
  expect(await at.exporting.end(FLUSH_MS)).toBe(0);
  expect(at.collector.spans).toMatchObject([
    {
      name: 'deliver',
      kind: 2,
      traceId: TRACE,
      spanId: 'bcceb302099a8057',
      parentSpanId: '00f067aa0ba902b7',
      startedAt: FAKE_START_MS,
      endedAt: FAKE_START_MS + 5,
      attributes: { 'untether.trigger': 'webhook:a', 'untether.revision': 3 },
      resource: { 'service.name': 'hooks', 'service.version': '1.2.3' },
      status: { code: 2, message: 'exit 3' },
      links: [{ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }],
    },
  ]);
  expect(at.collector.spans[0]?.attributes).not.toHaveProperty('nothing');
});

it('makes ids for a span that has none, and hands none of an earlier one on', async () => {
  await using at = await desk();
  const { trace: _, ...own } = span();
  at.exporting.record(span({ id: 'bcceb302099a8057' }));
  at.exporting.record(own);
  at.exporting.record(own);
  await at.exporting.end(FLUSH_MS);
  const { spans } = at.collector;
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(3);
});

it('masks every text of a span', async () => {
  await using at = await desk();
  at.exporting.record(span({ attributes: { a: 'is s3cr3t' }, failure: 'no s3cr3t' }));
  await at.exporting.end(FLUSH_MS);
  expect(at.collector.requests[0]?.body).not.toContain('s3cr3t');
  expect(at.collector.spans).toMatchObject([
    { attributes: { a: 'is [secret]' }, status: { message: 'no [secret]' } },
  ]);
});

it('keeps its share of the traces, all of a trace or nothing', async () => {
  await using at = await desk('takes', { sample: 0.25 });
  const traces = Array.from({ length: 400 }, (_, n) => {
    const random = Math.imul(n + 1, 0x9e3779b1) >>> 0;
    return `01890a5dac96774b80000000${random.toString(16).padStart(8, '0')}`;
  });
  for (const trace of traces)
    for (const name of ['deliver', 'attempt']) at.exporting.record(span({ name, trace }));
  await at.exporting.end(FLUSH_MS);
  const kept = new Set(at.collector.spans.map(({ traceId }) => traceId));
  expect(kept.size).toBeGreaterThan(60);
  expect(kept.size).toBeLessThan(140);
  expect(at.collector.spans).toHaveLength(kept.size * 2);
  for (const trace of traces) expect(at.exporting.samples(trace)).toBe(kept.has(trace));
});

it('waits at its end for a batch that is on its way, and counts it when it does not arrive', async () => {
  await using at = await desk('hangs');
  // A full batch leaves at once.
  for (let n = 0; n < 512; n++) at.exporting.record(span());
  await at.collector.asked(1);
  at.exporting.record(span());
  const ending = at.exporting.end(FLUSH_MS);
  await at.collector.asked(2);
  await at.clock.advance(FLUSH_MS);
  expect(await ending).toBe(513);
});

it('takes no more than so many that wait, tells how many it left out, and takes more once they have arrived', async () => {
  await using at = await desk('hangs');
  for (let n = 0; n < 2_050; n++) at.exporting.record(span());
  await at.collector.asked(1);
  at.collector.manner = { status: 400 };
  // The first batch hangs until its time is over; the others follow, one by one.
  await at.clock.advance(10_000);
  await at.collector.asked(2);
  expect(at.told[0]).toEqual([expect.objectContaining({ ok: false, reason: 'it does not answer' }), 2]);
  expect(await at.exporting.end(FLUSH_MS)).toBeGreaterThan(0);
});
