/** Holds the splitting of a quoted command to its promise: what a shell would pass on, or a refusal, never a guess. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitWords } from '../../src/cli/shell-words.ts';

describe('a text that needs no shell', () => {
  test.each([
    ['deploy --now', ['deploy', '--now']],
    ['  deploy \t --now ', ['deploy', '--now']],
    [`say 'two words' "three more words"`, ['say', 'two words', 'three more words']],
    [`say it''s`, ['say', 'its']],
    [`say "a \\"b\\" c" d\\ e`, ['say', 'a "b" c', 'd e']],
    [`say ''`, ['say', '']],
    [`say 'a|b>$HOME*'`, ['say', 'a|b>$HOME*']],
    ['say \\$HOME \\*', ['say', '$HOME', '*']],
    ['say {{ref}} a=b c~d e#f', ['say', '{{ref}}', 'a=b', 'c~d', 'e#f']],
    ['say "a\\nb"', ['say', 'a\\nb']],
    [`x'=' say`, ['x=', 'say']],
  ])('%s is split as a shell would', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  test('a real shell agrees on any quoting', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[a-z0-9._/:,@%+=-]{1,4}$/),
      fc.stringMatching(/^[ -&(-~]{0,4}$/).map((inside) => `'${inside}'`),
      fc
        .stringMatching(/^[ !#%-[\]-_a-~]{0,4}$/)
        .filter((inside) => !/["$`!]/.test(inside))
        .map((inside) => `"${inside}"`),
      fc.constantFrom('\\ ', '\\$', '\\|', '\\"', "\\'", '\\\\', '"\\$"', '"\\\\"'),
    );
    const word = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
    const line = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `x${words.join(' ')}`);
    const lines = fc.sample(
      line.filter((text) => !/^x?[A-Za-z_]\w*=/.test(text)),
      60,
    );
    const script = lines.map((text) => `printf '%s\\0' ${text}; printf '\\1'`).join('\n');
    const answers = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\u0001');
    for (const [index, text] of lines.entries()) {
      expect({ text, words: splitWords(text) }).toEqual({
        text,
        words: (answers[index] ?? '').split('\0').slice(0, -1),
      });
    }
  });
});

describe('a text that only a shell could run', () => {
  test.each([
    'a | b',
    'a > b',
    'a && b',
    'a; b',
    'echo $HOME',
    'echo "$HOME"',
    'echo `date`',
    'echo "`date`"',
    'ls *',
    'ls ~/x',
    'a # b',
    'a\nb',
  ])('%s is refused with the way out', (text) => {
    expect(() => splitWords(text)).toThrow(/shell.*--command -- sh -c/);
  });

  test('so is a variable in front', () => {
    expect(() => splitWords('FOO=1 deploy')).toThrow(/FOO=1.*only a shell/);
  });
});

test.each([
  ["a 'b", "a ' that is not closed"],
  ['a "b', 'a " that is not closed'],
  ['a \\', 'ends with a backslash'],
  ['  ', 'is empty'],
])('%s is refused: %s', (text, message) => {
  expect(() => splitWords(text)).toThrow(message);
});
