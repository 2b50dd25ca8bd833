/** Holds the word about a start to what a person wants to know then, and to a few lines. */
import { expect, test } from 'vitest';
import { arrivalText } from '../../../src/chat/render/arrival.ts';
import type { TriggerId } from '../../../src/core/ids.ts';

const start = { version: '0.1.0', awayMs: undefined, crons: 1, webhooks: 2, missed: undefined, troubles: [] };
const trigger = (name: string, missed: number) => ({
  trigger: `cron:${name}` as TriggerId,
  missed,
  fate: 'open' as const,
  firstDueAt: 0,
  lastDueAt: 0,
});

test('a start that nobody asked for', () => {
  expect(arrivalText(start)).toBe('Up ✅ untether 0.1.0: 1 cron, 2 webhooks');
});

test('a restart: how long it took, what was missed, what is wrong', () => {
  const missed = { at: 0, why: 'the service was down', triggers: [trigger('a', 2), trigger('b', 1)] };
  expect(arrivalText({ ...start, awayMs: 2_300, missed, troubles: ['one', 'two'] })).toBe(
    `Back up ✅ untether 0.1.0, away for 2s: 1 cron, 2 webhooks
💤 3 moments of 2 triggers missed; /missed shows it
⚠️ one
⚠️ two`,
  );
});

test('of many troubles the first five', () => {
  const troubles = ['1', '2', '3', '4', '5', '6', '7'];
  expect(
    arrivalText({ ...start, troubles })
      .split('\n')
      .slice(1),
  ).toEqual([...troubles.slice(0, 5).map((text) => `⚠️ ${text}`), 'and 2 more: /status']);
});
