/** The last five hundred lines of each plugin are kept, and found by number and time. */
import { expect, test } from 'vitest';
import { PluginLogs } from '../../src/plugins/ring.ts';

function filled(count: number): PluginLogs {
  const logs = new PluginLogs();
  for (let at = 1; at <= count; at += 1) logs.add('p', { at, level: 'info', text: String(at) });
  return logs;
}

const text = (logs: PluginLogs, query = {}): string =>
  logs
    .of({ id: 'p', ...query })
    .map((line) => line.text)
    .join(' ');

test('of more lines than are kept the oldest go, and those of other plugins stay', () => {
  const logs = filled(1);
  logs.add('q', { at: 1, level: 'info', text: 'other' });
  for (let at = 2; at <= 502; at += 1) logs.add('p', { at, level: 'info', text: String(at) });
  const lines = logs.of({ id: 'p' });
  expect([lines.length, lines[0]?.text, lines.at(-1)?.text]).toEqual([500, '3', '502']);
  expect([logs.of({ id: 'q' }).length, logs.has('q'), logs.has('r')]).toEqual([1, true, false]);
});

test.each([
  [{}, '1 2 3 4 5'],
  [{ limit: 2 }, '4 5'],
  [{ limit: 9 }, '1 2 3 4 5'],
  [{ since: 4 }, '4 5'],
  [{ since: 2, limit: 1 }, '5'],
  [{ since: 6 }, ''],
])('asked for %j', (query, lines) => {
  expect(text(filled(5), query)).toBe(lines);
});
