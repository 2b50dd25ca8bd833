import { describe, expect, test } from 'vitest';
import { fieldSpecs } from '../../src/scheduler/field-spec.ts';
import { isHashed, resolveHash } from '../../src/scheduler/hashed.ts';

const minute = fieldSpecs[1];
const hour = fieldSpecs[2];
const day = fieldSpecs[3];

const resolved = (spec: (typeof fieldSpecs)[number], item: string, seed: string): string => {
  const parsed = resolveHash(spec, item, seed);
  return parsed.ok ? parsed.value : parsed.message;
};
const seeds = Array.from({ length: 2_000 }, (_, index) => `cron:job-${index}`);

test.each([
  ['H 2 * * *', true],
  ['0 9,h * * *', true],
  ['0 9 * * +H(MON-FRI)', true],
  ['0 9 * JAN THU', false],
  ['@hourly', false],
] as const)('that the id decides about %s: %s', (expression, answer) => {
  expect(isHashed(expression)).toBe(answer);
});

describe('H', () => {
  test('stays where it is from version to version: people plan around it', () => {
    expect(resolved(minute, 'H', 'cron:nightly')).toBe('12');
    expect(resolved(hour, 'H(9-17)', 'cron:nightly')).toBe('9');
    expect(resolved(minute, 'H/15', 'cron:nightly')).toBe('12-59/15');
    expect(resolved(minute, 'H(0-29)/10', 'cron:nightly')).toBe('2-29/10');
  });

  test('spreads jobs over the whole field', () => {
    const counts = new Map<string, number>();
    for (const seed of seeds)
      counts.set(resolved(minute, 'H', seed), (counts.get(resolved(minute, 'H', seed)) ?? 0) + 1);
    expect(counts.size).toBe(60);
    expect(Math.max(...counts.values())).toBeLessThan(70);
  });

  test('stays inside its range, and days inside every month', () => {
    const hours = new Set(seeds.map((seed) => Number(resolved(hour, 'H(9-17)', seed))));
    expect([...hours].sort((a, b) => a - b)).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect(Math.max(...seeds.map((seed) => Number(resolved(day, 'H', seed))))).toBe(28);
  });

  test('a step starts anywhere within its first round', () => {
    const starts = new Set(seeds.map((seed) => Number(resolved(minute, 'H/15', seed).split('-')[0])));
    expect(starts.size).toBe(15);
    expect(Math.max(...starts)).toBe(14);
  });

  test('fields of one trigger are hashed apart', () => {
    const equal = seeds.filter(
      (seed) => resolved(minute, 'H(0-22)', seed) === resolved(hour, 'H(0-22)', seed),
    );
    expect(equal.length).toBeLessThan(200);
  });

  test('other items are left as they are', () => {
    expect(resolved(minute, '*/5', 'x')).toBe('*/5');
    expect(resolved(fieldSpecs[5], 'THU', 'x')).toBe('THU');
  });
});
