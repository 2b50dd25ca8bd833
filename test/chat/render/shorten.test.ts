/** Holds shortened texts to their length. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine, shorten } from '../../../src/chat/render/shorten.ts';
import { FAMILY } from './traps.ts';

test('what fits stays', () => {
  expect(shorten('abcde', 5)).toBe('abcde');
});

test('what does not fit ends in an ellipsis, and no character is torn', () => {
  expect(shorten('abcdef', 5)).toBe('abcd…');
  expect(shorten(`ab${FAMILY}`, 10)).toBe('ab…');
  expect(shorten('ab cdef', 4)).toBe('ab…');
});

test('one line is made of many, without what cannot be shown', () => {
  expect(oneLine('  a\r\n\tb\0   c\n\n', 99)).toBe('a b c');
  expect(oneLine(' \n\t', 99)).toBe('');
});

test('one line is never longer than asked, and never broken', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 40 }), (text, max) => {
      const line = oneLine(text, max);
      expect(line.length).toBeLessThanOrEqual(max);
      expect(line).not.toContain('\n');
      expect(line.isWellFormed()).toBe(true);
    }),
  );
});
