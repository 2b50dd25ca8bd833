/** Holds the endings that a chat tells apart to what the ledger says. */
import { expect, test } from 'vitest';
import { endingOf, reasonOf } from '../../../src/chat/render/ended.ts';
import type { Settlement } from '../../../src/core/run-ledger.ts';

test.each<readonly [Settlement['state'], Settlement['endedBy'], string]>([
  ['succeeded', null, 'succeeded'],
  ['succeeded', 'drain', 'succeeded'],
  ['failed', null, 'failed'],
  ['failed', 'timeout', 'failed'],
  ['failed', 'deadline', 'failed'],
  ['failed', 'budget', 'over budget'],
  ['failed', 'drain', 'interrupted'],
  ['failed', 'crash', 'interrupted'],
  ['cancelled', 'cancel', 'cancelled'],
  ['cancelled', 'replace', 'cancelled'],
  ['queued', 'drain', 'interrupted again'],
  ['queued', 'crash', 'interrupted again'],
  ['scheduled', 'timeout', 'again'],
])('%s by %s is: %s', (state, endedBy, ending) => {
  expect(endingOf({ state, endedBy })).toBe(ending);
});

test('a reason is one line that is not too long', () => {
  expect(reasonOf({ reason: null })).toBe('');
  expect(reasonOf({ reason: ' exit 1\n<b>\0 ' })).toBe('exit 1 <b>');
  expect(reasonOf({ reason: 'x'.repeat(9_000) })).toHaveLength(500);
});
