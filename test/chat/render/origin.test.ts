/** Holds what a chat says about the start of a run to the trigger's own id. */
import { expect, test } from 'vitest';
import { isAskedFor, originOf } from '../../../src/chat/render/origin.ts';
import type { TriggerKind } from '../../../src/core/ids.ts';
import { triggerId } from '../../../src/core/ids.ts';

test.each<readonly [TriggerKind, string, boolean]>([
  ['cron', '⏰ cron:x', false],
  ['webhook', '⚡ webhook:x', false],
  ['at', '⏰ at:x', true],
  ['manual', '👤 manual', true],
])('a run by %s says %s', (kind, shown, asked) => {
  expect(originOf(triggerId(kind, 'x'))).toBe(shown);
  expect(isAskedFor(triggerId(kind, 'x'))).toBe(asked);
});

test('a long id is cut, and whatever is in it is text', () => {
  expect(originOf(triggerId('cron', '<b>&lt;*_'))).toBe('⏰ cron:<b>&lt;*_');
  expect(originOf(triggerId('cron', '🌍'.repeat(100))).length).toBeLessThanOrEqual(102);
});
