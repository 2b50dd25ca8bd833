import { describe, expect, test } from 'vitest';
import { ZoneClock } from '../../src/scheduler/zone-clock.ts';
import { isZoneRules, rulesAround, yearsOf } from '../../src/scheduler/zone-rules.ts';

const berlin = new ZoneClock('Europe/Berlin');
const NOW = Date.UTC(2026, 6, 1);
const rules = rulesAround(berlin, NOW);

describe('the rules that are kept of a zone', () => {
  test('are those of this year and the next', () => {
    expect(rules.map(({ year }) => year)).toEqual([2026, 2027]);
    expect(rules[0]?.starts.slice(1)).toEqual([Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)]);
    expect(rules[0]?.offsets).toEqual([3_600_000, 7_200_000, 3_600_000]);
  });

  test('survive being written down, and make the same tables again', () => {
    const read: unknown = JSON.parse(JSON.stringify(rules));
    expect(isZoneRules(read)).toBe(true);
    const years = yearsOf(rules, new ZoneClock('UTC'));
    for (const at of [NOW, Date.UTC(2027, 0, 1), Date.UTC(2027, 11, 31, 23)])
      expect(years.yearAt(at)).toEqual(berlin.yearAt(at));
  });

  test('leave the years that they do not hold to another clock', () => {
    const utc = new ZoneClock('UTC');
    const years = yearsOf(rules, utc);
    expect(years.yearAt(Date.UTC(2028, 0, 1))).toBe(utc.yearAt(Date.UTC(2028, 0, 1)));
    expect(years.yearAt(8.64e15)).toBeUndefined();
  });

  test('are fewer where no clock answers', () => {
    expect(rulesAround(berlin, 8.64e15)).toEqual([]);
  });
});

describe('what is no such rules', () => {
  const [year] = rules;
  const begin = year?.starts[0] ?? 0;
  test.for<readonly [what: string, value: unknown]>([
    ['no list', {}],
    ['a text', 'rules'],
    ['a year that is none', [{ ...year, year: 'soon' }]],
    ['a table without stretches', [{ ...year, starts: [], offsets: [] }]],
    ['more starts than offsets', [{ ...year, starts: [begin, begin + 1], offsets: [0] }]],
    ['a table that begins late', [{ ...year, starts: [begin + 1], offsets: [0] }]],
    ['starts out of order', [{ ...year, starts: [begin, begin + 2, begin + 1], offsets: [0, 0, 0] }]],
    ['a start beyond the table', [{ ...year, starts: [begin, begin + 4e10], offsets: [0, 0] }]],
    ['an offset of three days', [{ ...year, starts: [begin], offsets: [3 * 86_400_000] }]],
    ['an offset that is no number', [{ ...year, starts: [begin], offsets: [null] }]],
  ])('is seen: %s', ([, value]) => {
    expect(isZoneRules(value)).toBe(false);
  });
});
