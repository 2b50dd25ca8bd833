/** A plugin that logs without end does not keep the service busy. */
import { expect, test } from 'vitest';
import { Tempo } from '../../src/plugins/tempo.ts';

test('a thousand lines in a second are passed on, and the number of those after them', () => {
  let now = 0;
  const passed: string[] = [];
  const tempo = new Tempo(
    (level, text) => passed.push(`${level}: ${text}`),
    () => now,
  );
  for (let line = 0; line < 1_234; line++) tempo.line('info', String(line));
  expect([passed.length, passed.at(-1)]).toEqual([1_000, 'info: 999']);
  now = 1_000;
  tempo.line('error', 'next');
  expect(passed.slice(1_000)).toEqual([
    'warn: 234 lines were left out: more than 1000 in a second',
    'error: next',
  ]);
  now = 2_000;
  tempo.line('error', 'later');
  expect(passed.slice(1_002)).toEqual(['error: later']);
});
