/** Holds Markdown to its look: code is marked where a fence says so, and nowhere is a character lost to markup. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMarkdown } from '../../../src/chat/render/fences.ts';
import { traps } from './traps.ts';

/** The text, and each marked stretch with its language. */
function seen(...lines: readonly string[]): { readonly text: string; readonly code: readonly string[] } {
  const { text, marks } = readMarkdown(lines.join('\n'));
  const code = marks.map(
    ({ offset, length, language }) => `${language ?? ''}|${text.slice(offset, offset + length)}`,
  );
  return { text, code };
}

describe('text outside fences', () => {
  test.each(traps)('%s stays as it is', (_what, text) => {
    expect(readMarkdown(text)).toEqual({ text, marks: [] });
    expect(readMarkdown(`before\n\n${text}\nafter`).text).toBe(`before\n\n${text}\nafter`);
  });

  test('keeps the backticks of inline code', () => {
    expect(readMarkdown('run `npm test` now').text).toBe('run `npm test` now');
  });

  test('keeps empty lines, indentation and spaces', () => {
    const text = '\n\n  a  \n\n\n    b\n';
    expect(readMarkdown(text)).toEqual({ text, marks: [] });
  });

  test('is any text without three backticks or tildes in a row', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        fc.pre(!/`{3}|~{3}/.test(text));
        expect(readMarkdown(text)).toEqual({ text, marks: [] });
      }),
    );
  });
});

describe('a fence', () => {
  test.each(['```', '~~~', '`````'])('of %s marks its code and is gone', (row) => {
    expect(seen('a', `${row}ts`, 'const b = `<b>` && "&lt;";', '', '  c', row, 'd')).toEqual({
      text: 'a\nconst b = `<b>` && "&lt;";\n\n  c\nd',
      code: ['ts|const b = `<b>` && "&lt;";\n\n  c'],
    });
  });

  test('that nobody closes goes on to the end', () => {
    expect(seen('a', '```sh', 'ls', '', 'pwd')).toEqual({ text: 'a\nls\n\npwd', code: ['sh|ls\n\npwd'] });
    expect(seen('a', '```')).toEqual({ text: 'a', code: [] });
  });

  test('is closed by its own kind, at least as long and alone in its line', () => {
    expect(seen('~~~', '```', '~~', '~~~ x', '~~~~  ', 'b')).toEqual({
      text: '```\n~~\n~~~ x\nb',
      code: ['|```\n~~\n~~~ x'],
    });
  });

  test('holds shorter fences as code', () => {
    expect(seen('````markdown', '```js', 'x', '```', '````', '# b')).toEqual({
      text: '```js\nx\n```\n# b',
      code: ['markdown|```js\nx\n```'],
    });
  });

  test('in a list gives its code back without the indentation of the list', () => {
    expect(seen('1. do', '', '   ```py', '   if x:', '       y()', ' z', '   ```', '2. b')).toEqual({
      text: '1. do\n\nif x:\n    y()\nz\n2. b',
      code: ['py|if x:\n    y()\nz'],
    });
    expect(seen('\t\t```', '\t\ta', '\t\t\tb', '\t\t```').code).toEqual(['|a\n\tb']);
  });

  test('may begin behind the mark of a list, which stays', () => {
    expect(seen('- ```sh', '  ls', '  ```', '- b')).toEqual({ text: '-\nls\n- b', code: ['sh|ls'] });
    expect(seen('  10) ~~~', '      ls', '      ~~~').text).toBe('  10)\nls');
  });

  test('is not closed by one that stands much deeper: that is code', () => {
    expect(seen('```', 'a', '    ```', 'b', '   ```', 'c').code).toEqual(['|a\n    ```\nb']);
  });

  test('of backticks has no backtick behind it: that is inline code', () => {
    expect(seen('```a``` b', 'c').text).toBe('```a``` b\nc');
    expect(seen('~~~ a`b', 'c', '~~~').code).toEqual(['a|c']);
  });

  test.each([
    ['```c++', 'c++'],
    ['``` objective-c ', 'objective-c'],
    ['```js title="a.js" {1,2}', 'js'],
    ['```12:40:src/a.ts', '12'],
    ['```{.python .numberLines}', '.python'],
    ['``` "odd"', ''],
    [`\`\`\`${'x'.repeat(99)}`, 'x'.repeat(40)],
  ])('%j names the language', (fence, language) => {
    expect(seen(fence, 'a', '```').code).toEqual([`${language}|a`]);
  });

  test('with nothing in it leaves nothing, and no mark', () => {
    expect(seen('a', '```', '```', 'b')).toEqual({ text: 'a\nb', code: [] });
    expect(seen('```', '  ', '', '```')).toEqual({ text: '', code: [] });
  });

  test('may follow another at once', () => {
    expect(seen('```', 'a', '```', '```', 'b', '```')).toEqual({ text: 'a\nb', code: ['|a', '|b'] });
  });

  test('in a quotation stays text', () => {
    expect(seen('> ```', '> a', '> ```', 'b').text).toBe('> ```\n> a\n> ```\nb');
  });

  test('counts behind line ends of Windows', () => {
    const { text, marks } = readMarkdown('a\r\n```ts\r\nb\r\n```\r\nc\r\n');
    expect(text).toBe('a\nb\nc\n');
    expect(marks).toEqual([{ kind: 'pre', offset: 2, length: 1, language: 'ts' }]);
  });
});

describe('any Markdown', () => {
  const lines = fc.array(
    fc.oneof(
      fc.constantFrom('```', '~~~', '````', '   ```js', '- ```', '', '  ', '`a`', '# b', '```x`', '🌍\0'),
      fc.string({ unit: 'binary' }),
    ),
  );

  test('has marks inside its text, in order, apart and not empty', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const { text, marks } = readMarkdown(some.join('\n'));
        let free = 0;
        for (const { offset, length } of marks) {
          expect(offset).toBeGreaterThanOrEqual(free);
          expect(length).toBeGreaterThan(0);
          free = offset + length;
        }
        expect(free).toBeLessThanOrEqual(text.length);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });

  test('of a hundred thousand fences is read in one go', () => {
    expect(readMarkdown('```\na\n```\n'.repeat(100_000)).marks).toHaveLength(100_000);
  });
});
