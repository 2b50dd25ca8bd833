/** Holds text from outside to what a chat takes: nothing lost that can be seen, nothing sent that is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBlank, plainText } from '../../../src/chat/render/plain.ts';
import { traps } from './traps.ts';

describe('a text from outside', () => {
  test.each(traps)('%s stays as it is', (_what, text) => {
    expect(plainText(text)).toBe(text);
  });

  test('has line ends of one kind', () => {
    expect(plainText('a\r\nb\rc\u2028d\u2029e\u0085f\n\ng')).toBe('a\nb\nc\nd\ne\nf\n\ng');
  });

  test('loses NUL and other control characters, but neither tabs nor lines', () => {
    expect(plainText('a\0b\u0007\u001B\u007F\u009Bc\td\ne')).toBe('abc\td\ne');
  });

  test('loses the colours of a terminal whole', () => {
    expect(plainText('\u001B[1;31mred\u001B[0m [31m \n[0m')).toBe('red [31m \n[0m');
  });

  test('has U+FFFD for half a surrogate pair', () => {
    expect(plainText('a\uD83Cb\uDF0Dc🌍')).toBe('a\uFFFDb\uFFFDc🌍');
  });

  test('is well formed and without control characters, whatever came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        const text = plainText(`${one}\uD83C${other}`);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/(?![\n\t])\p{Cc}/u);
        expect(plainText(text)).toBe(text);
      }),
    );
  });
});

describe('a text in which nothing can be seen', () => {
  test.each(['', ' \n\t ', '\u00A0\u3000', '\u200B\u200D\uFEFF', '\u2800', '\u3164', '\uFE0F', '\u202E'])(
    '%j',
    (text) => {
      expect(isBlank(text)).toBe(true);
    },
  );

  test.each(['.', ' a ', '🌍', '\uFFFD', '\u200Fא'])('is not %j', (text) => {
    expect(isBlank(text)).toBe(false);
  });
});
