import { expect, it } from 'vitest';
import { connectionLimit, connectionsWithin } from '../../src/service/descriptor-limit.ts';

it.each([
  [1_048_576, 10_000],
  [10_512, 10_000],
  [4_096, 3_584],
  [1_024, 512],
  [256, 128],
])('of %i descriptors leaves at least half, or 512, for other work', (descriptors, connections) => {
  expect(connectionsWithin(descriptors)).toBe(connections);
});

it('goes by the limit that the process has', () => {
  expect(connectionLimit()).toBeGreaterThan(0);
  expect(connectionLimit()).toBeLessThanOrEqual(10_000);
});
