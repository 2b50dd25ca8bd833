/** Holds the short lines about tools to their promises: the telling argument, one line, whole characters. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detailOf, oneLine } from '../../src/engines/line.ts';

describe('the detail of a tool', () => {
  test.each([
    [{ description: 'Say hello', command: 'echo hello' }, 'echo hello'],
    [{ content: 'x', file_path: 'a.txt' }, 'a.txt'],
    [{ count: 3, topic: 'weather' }, 'weather'],
    [{ count: 3, nested: { command: 'no' } }, ''],
    [{ command: 7, path: 'a.txt' }, 'a.txt'],
    [{}, ''],
  ])('of %j is %j', (input, detail) => {
    expect(detailOf(input)).toBe(detail);
  });
});

describe('one line', () => {
  test('has single spaces for white space', () => {
    expect(oneLine('  a\n\tb \r\n c ', 20)).toBe('a b c');
  });

  test('ends with `…` where it was cut', () => {
    expect(oneLine('abcdef', 6)).toBe('abcdef');
    expect(oneLine('abcdefg', 6)).toBe('abcde…');
  });

  test('holds no half of a character that white space has pushed to the end of what is searched', () => {
    expect(oneLine('   🌍', 1)).toBe('');
  });

  test('is never longer than told, and never holds half a character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', ' ', '\n', 'é', '🌍')),
        fc.integer({ min: 1, max: 20 }),
        (parts, max) => {
          const line = oneLine(parts.join(''), max);
          expect(line.length).toBeLessThanOrEqual(max);
          expect(line.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
