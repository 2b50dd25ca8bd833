/** Holds divided texts to their promise: every part is a message that is taken, and together they say it all. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMarkdown } from '../../../src/chat/render/fences.ts';
import { isBlank, plainText } from '../../../src/chat/render/plain.ts';
import { longText, splitText } from '../../../src/chat/render/split.ts';
import type { Styled } from '../../../src/chat/render/styled.ts';
import { joined, unmarked } from '../../../src/chat/render/styled.ts';
import { FAMILY, traps } from './traps.ts';

const texts = (text: string, limit?: number): readonly string[] =>
  splitText(unmarked(text), limit).map((part) => part.text);

const code = (text: string): Styled => ({
  text,
  marks: [{ kind: 'pre', offset: 0, length: text.length, language: 'ts' }],
});

const codeOf = ({ text, marks }: Styled): readonly string[] =>
  marks.map(({ offset, length }) => text.slice(offset, offset + length));

describe('a text that fits', () => {
  test.each(traps)('%s is one part', (_what, text) => {
    expect(texts(text)).toEqual([text]);
  });

  test('is one part up to the last unit', () => {
    expect(texts('x'.repeat(4_096))).toEqual(['x'.repeat(4_096)]);
    expect(texts('x'.repeat(4_097))).toEqual(['x'.repeat(4_096), 'x']);
  });

  test('loses empty lines before and white space behind, not its indentation', () => {
    expect(texts('\n \n  a\n\n b \n\n')).toEqual(['  a\n\n b']);
    expect(texts(`${'x'.repeat(4_096)}${' \n'.repeat(99)}`)).toEqual(['x'.repeat(4_096)]);
  });
});

test.each(['', '   ', '\n'.repeat(5_000), ' '.repeat(100_000), '\u200B'.repeat(9_000)])(
  'a text in which nothing can be seen has no parts',
  (text) => {
    expect(texts(text)).toEqual([]);
  },
);

describe('a text is divided', () => {
  test('at the last end of a paragraph that fits', () => {
    expect(texts('aaa\n\nbbb\n\nccc ddd\neee', 12)).toEqual(['aaa\n\nbbb', 'ccc ddd\neee']);
  });

  test('at the end of a paragraph just at the limit', () => {
    expect(texts('aaaa\n\nbbbb', 4)).toEqual(['aaaa', 'bbbb']);
  });

  test('else at the end of a line', () => {
    expect(texts('aaa bbb\nccc. ddd eee', 14)).toEqual(['aaa bbb', 'ccc. ddd eee']);
  });

  test('else at the end of a sentence', () => {
    expect(texts('One two. Three "four." Five six', 26)).toEqual(['One two. Three "four."', 'Five six']);
    expect(texts('一二。三四五六。七八', 9)).toEqual(['一二。三四五六。', '七八']);
  });

  test('else between words, not at a space that holds together', () => {
    expect(texts('one two three', 9)).toEqual(['one two', 'three']);
    expect(texts('one 10\u00A0km three', 8)).toEqual(['one', '10\u00A0km', 'three']);
  });

  test('else between characters', () => {
    expect(texts('abcdefgh', 5)).toEqual(['abcde', 'fgh']);
    expect(texts(FAMILY.repeat(3), 25)).toEqual([FAMILY.repeat(2), FAMILY]);
  });

  test('not behind a short first line when sentences or words fill more', () => {
    expect(texts('Hi:\none two three. four five six', 21)).toEqual(['Hi:\none two three.', 'four five six']);
    expect(texts('Hi:\none two three four five six', 21)).toEqual(['Hi:\none two three', 'four five six']);
  });

  test('not behind a short first paragraph when lines fill more', () => {
    const line = 'y'.repeat(30);
    expect(texts(`Hi\n\n${line}\n${line}\n${line}`, 70)).toEqual([`Hi\n\n${line}\n${line}`, line]);
  });
});

describe('a block of code', () => {
  test('is kept whole when it fits, in a part that begins with it', () => {
    const block = 'a\n\nb\n\nc d';
    const parts = splitText(joined([unmarked('one two three\n'), code(block), unmarked('\nend')]), 20);
    expect(parts.map((part) => part.text)).toEqual(['one two three', `${block}\nend`]);
    expect(parts.map(codeOf)).toEqual([[], [block]]);
  });

  test('that fills a part is that part', () => {
    const block = `${'x'.repeat(9)}\n${'y'.repeat(10)}`;
    const parts = splitText(joined([unmarked('a\n'), code(block), unmarked('\nb')]), 20);
    expect(parts.map((part) => part.text)).toEqual(['a', block, 'b']);
  });

  test('that is longer than a part is cut at ends of lines, and each piece is code in its language', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `  line ${index}. of the code`);
    const parts = splitText(joined([unmarked('intro\n'), code(lines.join('\n'))]), 100);
    const pieces = parts.flatMap(codeOf);
    expect(pieces.join('\n')).toBe(lines.join('\n'));
    expect(parts.flatMap(({ marks }) => marks).every(({ language }) => language === 'ts')).toBe(true);
    expect(parts).toHaveLength(pieces.length);
  });

  test('is cut inside a line only when the line is longer than a part', () => {
    const parts = splitText(code(`a;\n${'b'.repeat(8)} ${'c'.repeat(25)}\nd`), 20);
    expect(parts.flatMap(codeOf)).toEqual(['a;', 'b'.repeat(8), 'c'.repeat(20), `${'c'.repeat(5)}\nd`]);
  });

  test('keeps the indentation of its first line in every part', () => {
    const parts = splitText(code('  a\n\n  b\n  c'), 7);
    expect(parts.flatMap(codeOf)).toEqual(['  a', '  b\n  c']);
  });
});

test('a hundred thousand characters are divided', () => {
  expect(texts(`a${' '.repeat(3_000_000)}b`)).toEqual(['a', 'b']);
  expect(texts('x'.repeat(100_000))).toHaveLength(25);
  expect(texts('word '.repeat(20_000)).every((text) => text.length <= 4_096)).toBe(true);
  expect(texts('🌍'.repeat(50_000)).join('')).toBe('🌍'.repeat(50_000));
});

describe('a text of any length', () => {
  const long = 'word '.repeat(2_000).trim();

  test('is sent as it is in up to four messages', () => {
    expect(longText(unmarked('a'), { fileName: 'a.txt' })).toEqual([unmarked('a')]);
    expect(longText(unmarked(long), { fileName: 'a.txt' })).toEqual(splitText(unmarked(long)));
    expect(longText(unmarked(' '), { fileName: 'a.txt' })).toEqual([]);
  });

  test('is its beginning and a file when it needs more than it may', () => {
    const [first, second, ...more] = longText(unmarked(long), { fileName: 'a.txt', maxParts: 1 });
    expect(more).toEqual([]);
    expect(first?.text).toMatch(/^word .* word\n\n…\n\nThe whole answer is in the file below\.$/);
    expect(second).toEqual({ text: '', document: { name: 'a.txt', text: long } });
    expect(longText(unmarked('a'), { fileName: 'a.txt', maxParts: 1 })).toHaveLength(1);
  });

  test('may have another text in its file', () => {
    const rule = { fileName: 'a.md', maxParts: 1, fileText: '# a' };
    expect(longText(unmarked(long), rule)[1]?.document).toEqual({ name: 'a.md', text: '# a' });
  });
});

describe('any text', () => {
  const words = fc.oneof(
    fc.constantFrom('\n', '\n\n', ' ', '. ', '```', '```js\n', '\n```\n', FAMILY, 'e\u0301', '\t', '\u00A0'),
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[a-z]{1,30}$/),
  );
  const markdowns = fc.array(words, { maxLength: 60 }).map((some) => some.join(''));
  const limits = fc.integer({ min: 4, max: 120 });
  const visible = (text: string): string =>
    text.replace(/[\s\p{Z}\p{Default_Ignorable_Code_Point}\u2800\uFFFC]/gu, '');

  const holds = (check: (whole: Styled, parts: readonly Styled[], limit: number) => void): void => {
    fc.assert(
      fc.property(markdowns, limits, (markdown, limit) => {
        const whole = readMarkdown(markdown);
        check(whole, splitText(whole, limit), limit);
      }),
      { numRuns: 500 },
    );
  };

  test('loses nothing that can be seen, and nothing changes places', () => {
    holds((whole, parts) => {
      expect(visible(parts.map((part) => part.text).join(''))).toBe(visible(whole.text));
    });
  });

  test('has parts within the limit, none of them blank, none with half a character', () => {
    holds((_whole, parts, limit) => {
      for (const { text } of parts) {
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(isBlank(text)).toBe(false);
        expect(text.isWellFormed()).toBe(true);
        expect(text).toBe(text.trimEnd());
      }
    });
  });

  test('has marks inside their parts, in order and apart', () => {
    holds((_whole, parts) => {
      for (const { text, marks } of parts) {
        let free = 0;
        for (const { offset, length } of marks) {
          expect(offset).toBeGreaterThanOrEqual(free);
          expect(length).toBeGreaterThan(0);
          free = offset + length;
        }
        expect(free).toBeLessThanOrEqual(text.length);
      }
    });
  });

  test('has every block that fits in one piece, and all code marked as code', () => {
    const bare = (text: string): string => text.trimEnd().replace(/^(?:[^\S\n]*\n)*/, '');
    holds((whole, parts, limit) => {
      const pieces = parts.flatMap(codeOf).map(bare);
      for (const block of codeOf(whole)) if (block.length <= limit) expect(pieces).toContain(bare(block));
      expect(visible(pieces.join(''))).toBe(visible(codeOf(whole).join('')));
    });
  });

  test('of graphemes is divided between them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 20, maxLength: 200 }), (text) => {
        const graphemes = (some: string): readonly string[] =>
          [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(some)].map(
            (one) => one.segment,
          );
        const clean = plainText(text).replace(/\s/gu, '');
        expect(texts(clean, 60).flatMap(graphemes)).toEqual(isBlank(clean) ? [] : graphemes(clean));
      }),
    );
  });
});
