/** Holds answers of any length to arriving whole: in a few messages, or in a file below their beginning. */
import { describe, expect, test } from 'vitest';
import { partsOf } from '../../../src/chat/render/answer.ts';
import { traps } from './traps.ts';

const footer = 'claude · ⏰ cron:x';
const parts = (markdown: string, head?: string): ReturnType<typeof partsOf> =>
  partsOf({ head, markdown, footer });
const texts = (markdown: string, head?: string): readonly string[] =>
  parts(markdown, head).map(({ text }) => text);

test.each(traps)('%s in an answer stays as it is', (_what, text) => {
  expect(texts(text)).toEqual([`${text}\n\n${footer}`]);
});

test('a head stands above the answer, and marks move with it', () => {
  const [only] = parts('a\n```ts\nb\n```', '❌ failed');
  expect(only?.text).toBe(`❌ failed\n\na\nb\n\n${footer}`);
  expect(only?.marks).toEqual([{ kind: 'pre', offset: 12, length: 1, language: 'ts' }]);
});

test.each(['', ' \n\t', '\0', '\u200B', '```\n```'])(
  'an answer in which nothing can be seen (%j) is said to be none',
  (markdown) => {
    expect(texts(markdown)).toEqual([`✅ done, without an answer\n\n${footer}`]);
    expect(texts(markdown, '❌ failed')).toEqual([`❌ failed\n\n${footer}`]);
  },
);

describe('the footer', () => {
  test('ends the last text when there is room for it', () => {
    const room = 4_096 - footer.length - 2;
    expect(texts('x'.repeat(room))).toEqual([`${'x'.repeat(room)}\n\n${footer}`]);
    expect(texts('x'.repeat(room + 1))).toEqual(['x'.repeat(room + 1), footer]);
  });

  test.each([4_096, 4_097, 8_192])('of an answer of %d units is whole', (length) => {
    const all = texts('x'.repeat(length));
    expect(all.every((text) => text.length <= 4_096)).toBe(true);
    expect(all.at(-1)).toContain(footer);
    expect(all.join('').replaceAll(/\s/g, '')).toBe(`${'x'.repeat(length)}${footer.replaceAll(/\s/g, '')}`);
  });
});

describe('an answer that needs more than four messages', () => {
  const paragraph = 'Some words that make a sentence. '.repeat(10).trim();
  const long = Array.from({ length: 320 }, (_, index) => `${index} ${paragraph}`).join('\n\n');

  test('is a file below its beginning, which ends with a paragraph and has the footer', () => {
    const markdown = `${long}\n\`\`\`ts\n1\n\`\`\``;
    expect(texts(markdown)).toEqual([
      `0 ${paragraph}\n\n1 ${paragraph}\n\n…\n\nThe whole answer is in the file below.\n\n${footer}`,
      '',
    ]);
    expect(parts(markdown)[1]).toEqual({ text: '', document: { name: 'answer.md', text: markdown } });
  });

  test('keeps its head above the beginning, and not in the file', () => {
    const [first, second] = parts(long, '❌ failed');
    expect(first?.text.startsWith('❌ failed\n\n0 Some')).toBe(true);
    expect(second?.document?.text).toBe(long);
  });

  test('has its code marked in the beginning too', () => {
    const [first] = parts(`\`\`\`sh\n${'ls\n'.repeat(9_000)}`);
    expect(first?.marks).toMatchObject([{ kind: 'pre', offset: 0, language: 'sh' }]);
    expect(first?.text).toContain('ls\n\n…\n\nThe whole');
  });

  test('is told from one that needs four: the footer does not count', () => {
    const four = parts('x'.repeat(4 * 4_096));
    expect(four).toHaveLength(5);
    expect(four.every(({ document }) => document === undefined)).toBe(true);
    expect(parts('x'.repeat(4 * 4_096 + 1)).map(({ document }) => document?.name)).toEqual([
      undefined,
      'answer.md',
    ]);
  });

  test('may have a hundred thousand characters without a place to cut', () => {
    const [first, second] = parts(`${'🌍'.repeat(50_000)}\0`);
    expect(first?.text.isWellFormed()).toBe(true);
    expect(first?.text.length).toBeLessThan(800);
    expect(second?.document?.text).toBe('🌍'.repeat(50_000));
  });
});
