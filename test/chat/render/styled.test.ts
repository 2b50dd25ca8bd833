/** Holds texts with marks together: a mark stays on the words that it was put on. */
import { expect, test } from 'vitest';
import { joined, stretch, unmarked } from '../../../src/chat/render/styled.ts';

const code = (text: string) => ({
  text,
  marks: [{ kind: 'pre' as const, offset: 0, length: text.length, language: 'ts' }],
});

test('marks move with their text', () => {
  const whole = joined([unmarked('🌍 '), code('let a'), unmarked('\n'), code('b')]);
  expect(whole.text).toBe('🌍 let a\nb');
  expect(whole.marks.map(({ offset, length }) => whole.text.slice(offset, offset + length))).toEqual([
    'let a',
    'b',
  ]);
});

test('a stretch has the marks that reach into it, cut to it, with their language', () => {
  const whole = joined([unmarked('ab'), code('cdef'), unmarked('gh')]);
  expect(stretch(whole, 4, 8)).toEqual({
    text: 'efgh',
    marks: [{ kind: 'pre', offset: 0, length: 2, language: 'ts' }],
  });
  expect(stretch(whole, 0, 2)).toEqual(unmarked('ab'));
  expect(stretch(whole, 6, 8)).toEqual(unmarked('gh'));
});
