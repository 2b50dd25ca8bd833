/** Holds a terminal safe from what others wrote: names, reasons and logs. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceFilter, visible } from '../../src/cli/terminal-text.ts';

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

function filtered(...pieces: readonly string[]): string {
  const filter = new SequenceFilter();
  return pieces.map((piece) => filter.push(piece)).join('');
}

describe('a name or a reason', () => {
  test.each([
    ['plain ü 漢 ✅', 'plain ü 漢 ✅'],
    ['a\u001b[2Jb', 'a\\x1b[2Jb'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\x0dd'],
    ['a\u009b1mb\u007f', 'a\\x9b1mb\\x7f'],
    ['a\u202eb\u2066c\u200b', 'a\\u202eb\\u2066c\\u200b'],
  ])('%j shows what it holds', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test('is one line without control characters, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0x2100 }).map((code) => String.fromCharCode(code)) }),
        (text) => {
          expect(visible(text)).not.toMatch(CONTROL);
          expect(visible(text)).not.toContain('\n');
        },
      ),
    );
  });
});

describe('a log on a terminal', () => {
  test.each([
    ['colours', 'a\u001b[31;1mred\u001b[0m\n', 'ared\n'],
    ['cursor movement', 'a\u001b[2J\u001b[H\u001b[?25lb', 'ab'],
    ['a window title', 'a\u001b]0;evil\u0007b', 'ab'],
    ['a title that ends in ESC \\', 'a\u001b]0;evil\u001b\\b', 'ab'],
    ['a link', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['a device string', 'a\u001bPq#0\u001b\\b', 'ab'],
    ['single characters of eight bits', 'a\u009b31mb\u009d0;t\u009cc', 'abc'],
    ['character sets', 'a\u001b(0b', 'ab'],
    ['bells, carriage returns and backspaces', 'a\u0007b\r\nc\bd', 'ab\ncd'],
    ['an escape inside a title', 'a\u001b]0;x\u001b[31mb', 'ab'],
    ['what is never closed, up to the next line', 'a\u001b]0;evil\nb', 'a\nb'],
  ])('loses %s', (_what, text, shown) => {
    expect(filtered(text)).toBe(shown);
  });

  test('keeps newlines, tabs and letters of every script', () => {
    expect(filtered('a\tb\nü漢✅\n')).toBe('a\tb\nü漢✅\n');
  });

  test('loses a sequence that arrives in pieces, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('\u001b', '[', ']', '0', ';', 'm', '\u0007', '\\', 'a', '\n', '\u009b'),
        }),
        fc.nat(),
        (text, at) => {
          const cut = at % (text.length + 1);
          expect(filtered(text.slice(0, cut), text.slice(cut))).toBe(filtered(text));
          expect(filtered(text)).not.toMatch(CONTROL);
        },
      ),
    );
  });
});
