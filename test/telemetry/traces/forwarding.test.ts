/** Holds the port that parts of the program keep to what stands behind it now. */
import { expect, it } from 'vitest';
import type { Span } from '../../../src/core/tracing.ts';
import type { Behind } from '../../../src/telemetry/traces/forwarding.ts';
import { ForwardingTracing } from '../../../src/telemetry/traces/forwarding.ts';

const span: Span = { name: 'tick', kind: 'internal', startedAt: 0, endedAt: 1, attributes: {} };

function taker(): Behind & { readonly taken: Span[] } {
  const taken: Span[] = [];
  return { taken, samples: () => true, record: (one) => taken.push(one) };
}

it('gives spans to whoever is behind it when they come', () => {
  const [first, second] = [taker(), taker()];
  const tracing = new ForwardingTracing();
  tracing.record(span);
  expect(tracing).toMatchObject({ isOn: false });
  expect(tracing.samples('a')).toBe(false);

  expect(tracing.swap(first)).toBeUndefined();
  tracing.record(span);
  expect(tracing.swap(second)).toBe(first);
  tracing.record(span);
  tracing.record(span);
  expect([first.taken.length, second.taken.length, tracing.isOn, tracing.samples('a')]).toEqual([
    1,
    2,
    true,
    true,
  ]);

  expect(tracing.swap(undefined)).toBe(second);
  tracing.record(span);
  expect([second.taken.length, tracing.isOn]).toEqual([2, false]);
});
