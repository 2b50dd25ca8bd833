/** Whatever a plugin throws, it is told in words, and soon. */
import { expect, test } from 'vitest';
import { placedReason } from '../../src/plugins/place.ts';

const sources = { root: '/srv/plugins/p', read: [] };

test('the place is that of the first file of the plugin', () => {
  const error = new Error('no');
  error.stack = [
    'Error: no',
    '    at inner (node:internal/x:1:2)',
    '    at file:///srv/plugins/pq/lib.mjs:9:1',
    '    at async run (file:///srv/plugins/p/lib%20a.mjs:4:11)',
    '    at /srv/plugins/p/index.cjs:7:1',
  ].join('\n');
  expect(placedReason(error, sources)).toBe('lib a.mjs:4: no');
});

test('words that look like places are none', () => {
  const error = new Error('cannot read file:///srv/x%2Fy:12');
  expect(placedReason(error, sources)).toBe(error.message);
});

test('long words are not searched for places again and again', () => {
  // Searched slash by slash it is the work of hours.
  const error = new Error('/'.repeat(5_000_000));
  expect(placedReason(error, sources)).toHaveLength(10_000);
});

test.each([
  [null, 'threw null'],
  ['text', 'threw text'],
  [{ toString: null }, 'threw { toString: null }'],
  [Object.create(null), 'threw [Object: null prototype] {}'],
  [Symbol('s'), 'threw Symbol(s)'],
  [Object.assign(new Error('x'), { stack: 5 }), 'x'],
  [Object.assign(new Error('x'), { message: 7 }), '7'],
  [new RangeError(''), 'RangeError'],
  [
    Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('y');
      },
    }),
    'threw something that cannot be shown',
  ],
])('what is no error, or an odd one, is shown: %#', (thrown, words) => {
  expect(placedReason(thrown, sources)).toBe(words);
});
