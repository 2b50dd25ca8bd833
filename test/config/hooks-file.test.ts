import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseHooks } from '../../src/config/hooks-file.ts';
import { parseJson } from '../../src/config/json-text.ts';
import { hooksTable } from '../../src/config/schema/hooks.ts';
import { keysAt } from '../../src/config/schema/walk.ts';

async function issues(file: string, text: string): Promise<readonly string[]> {
  const read = await parseHooks(file, text);
  if (read.kind === 'missing') throw new Error('it was there');
  return read.issues.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

const expected = [
  {
    event: 'before_run',
    name: './a.sh --fast',
    argv: ['./a.sh', '--fast'],
    cwd: '/srv',
    timeoutMs: 10_000,
    onError: 'deny',
  },
  {
    event: 'before_run',
    name: 'second',
    argv: ['b'],
    cwd: '/srv',
    timeoutMs: 500,
    onError: 'allow',
  },
  { event: 'on_reload', name: 'c', argv: ['c'], cwd: '/srv', timeoutMs: 10_000, onError: 'allow' },
];

it('says the same in both languages', async () => {
  const toml = `
[[before_run]]
command = ["./a.sh", "--fast"]
[[before_run]]
command = ["b"]
name = "second"
timeout = "500ms"
on_error = "allow"
[[on_reload]]
command = ["c"]
`;
  const json = JSON.stringify({
    before_run: [
      { command: ['./a.sh', '--fast'] },
      { command: ['b'], name: 'second', timeout: '500ms', on_error: 'allow' },
    ],
    on_reload: [{ command: ['c'] }],
  });
  const all = { kind: 'good', hooks: expected, issues: [] };
  expect(await parseHooks('/srv/hooks.toml', toml)).toEqual(all);
  expect(await parseHooks('/srv/hooks.json', json)).toEqual(all);
});

it.each([
  ['[[before_rum]]\n', '1:3 before_rum: there is no such key; did you mean "before_run"?'],
  [
    '[[before_run]]\ncommand = ["x"]\ntimeuot = "1s"',
    '3:1 before_run[0].timeuot: there is no such key; did you mean "timeout"?',
  ],
  [
    '[[before_run]]\ncommand = ["x"]\ntimeout = "soon"',
    '3:1 before_run[0].timeout: expected a length of time with its unit, such as "30s", "1h30m" or "2d"',
  ],
  [
    '[[before_run]]\n',
    '1:3 before_run[0].command: is missing: expected a list of strings: ["program", "argument"]',
  ],
  ['[[before_run]]\ncommand = []\n', '2:1 before_run[0].command: must not be empty'],
  ['[[after_run]]\ncommand = ["x"]\non_error = "deny"', '3:1 after_run[0].on_error: there is no such key'],
  [
    '[[before_run]]\ncommand = "x"\n',
    '2:1 before_run[0].command: expected a list of strings: ["program", "argument"], not a string',
  ],
])('names the place of what is wrong in TOML: %j', async (text, issue) => {
  expect(await issues('/srv/hooks.toml', text)).toEqual([issue]);
});

it.each([
  ['{"before_rum": []}', '1:2 before_rum: there is no such key; did you mean "before_run"?'],
  [
    '{\n "before_run": [\n  {"command": ["x"],\n   "timeuot": "1s"}]}',
    '4:4 before_run[0].timeuot: there is no such key; did you mean "timeout"?',
  ],
  ['[]', '1:1 : expected an object: { "before_run": [...] }'],
  ['', '1:1 : not valid JSON: it ends too early'],
])('names the place of what is wrong in JSON: %j', async (text, issue) => {
  expect(await issues('/srv/hooks.json', text)).toEqual([issue]);
});

describe('JSON', () => {
  it.each([
    ['{"a": 1', 1, 8],
    ['{"a": 1,\n "b" 2}', 2, 6],
    ['{"a": 1}x', 1, 9],
    ['{"a": [1,]}', 1, 10],
    ['{"a": "\n"}', 1, 7],
    ['{a: 1}', 1, 2],
    ['{"a": 01}', 1, 8],
    ['{"a": 1,\n "\\u0061": 2}', 2, 2],
    [`{"a": ${'['.repeat(100_000)}`, 1, 57],
  ])('is refused where it stops being any: %j', (text, line, column) => {
    const result = parseJson(text);
    expect(result.ok ? 'taken' : [result.fault.line, result.fault.column]).toEqual([line, column]);
  });

  it.each(['{}', ' {"a": {"b": [1, -2.5e3, true, null, "\\"\\u00e9"]}, "c": []} \n'])(
    'is read as the language says: %j',
    (text) => {
      const result = parseJson(text);
      expect(result.ok && result.parsed.root).toEqual(JSON.parse(text));
    },
  );
});

it('holds no key that its page does not name', () => {
  const page = readFileSync(new URL('../../docs/how-to/hooks.md', import.meta.url), 'utf8');
  const keys = [...keysAt(hooksTable, []), ...keysAt(hooksTable, ['before_run', 0])];
  expect(keys.length).toBeGreaterThan(7);
  expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([]);
});
