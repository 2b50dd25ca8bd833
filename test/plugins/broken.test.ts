/** A plugin that is broken in any way is named with its file, line and reason; the last good generation goes on. */
import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { defaultPluginLimits } from '../../src/core/plugin.ts';
import type { PluginLimits } from '../../src/core/plugin.ts';
import { PluginBench, saying } from './support.ts';

type Files = Readonly<Record<string, string>>;

const broken: ReadonlyArray<readonly [what: string, files: Files, reason: RegExp]> = [
  ['a throw', { 'hello.mjs': '\nthrow new Error("no\\nluck");' }, /^hello\.mjs:2: no luck$/],
  ['a syntax error', { 'hello.mjs': 'const a = 1;\nexport default {{;' }, /^hello\.mjs:2: Unexpected token/],
  ['one of CommonJS', { 'hello.cjs': 'module.exports = {{;' }, /^hello\.cjs:1: Unexpected token/],
  [
    'a syntax error in another file of it',
    { 'hello/index.mjs': 'import "./lib.mjs";', 'hello/lib.mjs': '\n\nlet = ;' },
    /^lib\.mjs:3: /,
  ],
  ['no export', { 'hello.mjs': 'export const a = 1;' }, /^hello\.mjs: the default export is no plugin/],
  [
    'an import that is not there',
    { 'hello/index.mjs': 'import { b } from "./lib.mjs";', 'hello/lib.mjs': 'export const a = 1;' },
    /^index\.mjs:1: .*does not provide an export named 'b'/,
  ],
  [
    'another shape',
    { 'hello.mjs': 'export default { commands: { hello: 1 } };' },
    /"commands\.hello" has no function/,
  ],
  ['an unknown key', { 'hello.mjs': 'export default { command: {} };' }, /a plugin has no "command"/],
  [
    'an import that never settles',
    { 'hello.mjs': 'await new Promise(() => setTimeout(() => {}, 1e6));' },
    /did not start within 0\.6 s/,
  ],
  ['an endless loop', { 'hello.mjs': 'for (;;);' }, /did not start within 0\.6 s/],
  ['process.exit', { 'hello.mjs': 'process.exit(7);' }, /left with exit code 7/],
  [
    'an unhandled rejection while it starts',
    {
      'hello.mjs': 'Promise.reject(new Error("late"));\nawait new Promise(() => setTimeout(() => {}, 1e6));',
    },
    /^hello\.mjs:1: late$/,
  ],
  [
    'a memory bomb',
    { 'hello.mjs': 'const a = []; for (;;) a.push(new Array(1e5).fill(Math.random()));' },
    /memory limit/,
  ],
  ['a command that is built in', { 'hello.mjs': saying('x', 'Help') }, /\/help is built in/],
  [
    'a manifest of several lines that is no JSON',
    { 'hello/plugin.json': 'main\nx.ts', 'hello/index.mjs': '' },
    /^plugin\.json: .*main x\.ts/,
  ],
  ['a manifest that is no JSON', { 'hello/plugin.json': '{', 'hello/index.mjs': '' }, /^plugin\.json: /],
  [
    'a manifest that names nothing',
    { 'hello/plugin.json': '{"main":"x.ts"}', 'hello/index.mjs': '' },
    /there is no x\.ts/,
  ],
  [
    'a manifest that leads out',
    { 'hello/plugin.json': '{"main":"../x.ts"}' },
    /"main" must be a file of the folder/,
  ],
  [
    'TypeScript that cannot be stripped',
    { 'hello.ts': 'export const a = 1;\nenum A { B }\nexport default {};' },
    /^hello\.ts:2: TypeScript enum/,
  ],
  [
    'what it depends on is missing',
    { 'hello/plugin.json': '{"depends":["b"]}', 'hello/index.mjs': '' },
    /depends on b, which is not there/,
  ],
  [
    'a manifest with a key that it has not',
    { 'hello/plugin.json': '{"depend":[]}', 'hello/index.mjs': '' },
    /^plugin\.json: has an unknown key "depend"/,
  ],
  [
    'a manifest that names itself',
    { 'hello/plugin.json': '{"depends":["hello"]}', 'hello/index.mjs': '' },
    /^depends on itself: hello → hello$/,
  ],
  [
    'commands that differ in case alone',
    {
      'hello.mjs': 'const run = () => "";\nexport default { commands: { hello: { run }, Hello: { run } } };',
    },
    /the command \/hello is there twice/,
  ],
  [
    'an export that throws when it is looked at',
    { 'hello.mjs': 'export default {\n  get commands() { throw new Error("not you"); } };' },
    /^hello\.mjs:2: not you$/,
  ],
  [
    'init that never settles',
    { 'hello.mjs': 'export default { init: () => new Promise(() => {}) };' },
    /did not start within 0\.6 s/,
  ],
  [
    'init that throws',
    { 'hello.mjs': 'export default {\n init() { throw new Error("no token"); } };' },
    /^hello\.mjs:2: no token$/,
  ],
];

/** Only what never starts is waited for in vain. */
function limitsFor(reason: RegExp): PluginLimits {
  const startMs = reason.source.includes('did not start') ? 600 : 10_000;
  return { ...defaultPluginLimits, startMs, memoryMb: 32 };
}

describe.each(broken)('with %s', (_what, files, reason) => {
  test('it is listed as failed, and the others are loaded', async () => {
    await using bench = await PluginBench.make({ ...files, 'other.mjs': saying('hi', 'other') });
    bench.set('hello', { limits: limitsFor(reason) });
    const report = await bench.reload();
    expect(report.failed).toEqual([{ id: 'hello', reason: expect.stringMatching(reason), keeps: null }]);
    expect(report.failed[0]?.reason).not.toContain('\n');
    expect(await bench.say('other', 'other')).toBe('hi');
  });

  test('the last good generation goes on', async () => {
    const [kind] = Object.keys(files).map((name) => name.includes('/'));
    const good = kind === true ? 'hello/index.mjs' : (Object.keys(files)[0] ?? '');
    const text = good.endsWith('.cjs')
      ? 'module.exports = { commands: { hello: { run: () => "good" } } };'
      : saying('good');
    await using bench = await PluginBench.make({ [good]: text });
    const limits = limitsFor(reason);
    bench.set('hello', { limits: { ...limits, startMs: 10_000 } });
    expect((await bench.reload()).added).toEqual(['hello']);
    await bench.write(files);
    bench.set('hello', { limits });
    const { failed } = await bench.reload();
    expect(failed).toEqual([{ id: 'hello', reason: expect.stringMatching(reason), keeps: 1 }]);
    expect(await bench.say('hello')).toBe('good');
    await bench.write({ [good]: text });
    await Promise.all(
      Object.keys(files)
        .filter((name) => name !== good)
        .map((name) => bench.remove(name)),
    );
    expect(await bench.reload()).toMatchObject({ failed: [], unchanged: ['hello'] });
  });
});

describe('what only several plugins can do wrong', () => {
  test('a command that another has: the one that is loaded keeps it', async () => {
    await using bench = await PluginBench.make({ 'b.mjs': saying('b') });
    await bench.reload();
    await bench.write({ 'a.mjs': saying('a', 'HELLO') });
    expect((await bench.reload()).failed).toEqual([
      { id: 'a', reason: 'the command /hello is one of b; rename it', keeps: null },
    ]);
    expect(await bench.say('b')).toBe('b');
  });

  test('at the start the first by its name has it', async () => {
    await using bench = await PluginBench.make({ 'b.mjs': saying('b'), 'a.mjs': saying('a') });
    expect(await bench.reload()).toMatchObject({ added: ['a'], failed: [{ id: 'b' }] });
  });

  test('at the start the first by its name has it, also where it is started last', async () => {
    await using bench = await PluginBench.make({
      ...{ 'a/index.mjs': saying('a'), 'a/plugin.json': '{"depends":["b"]}', 'b.mjs': saying('b') },
    });
    expect(await bench.reload()).toMatchObject({ added: ['a'], failed: [{ id: 'b' }] });
  });

  test('a manifest that is a pipe is none, and nobody waits for it', async () => {
    await using bench = await PluginBench.make({ 'a/index.mjs': saying('a') });
    await promisify(execFile)('mkfifo', [join(bench.folder, 'a', 'plugin.json')]);
    expect(await bench.reload()).toMatchObject({ added: ['a'], failed: [] });
  });

  test('two names of one id: one is taken, the other told of', async () => {
    await using bench = await PluginBench.make({ 'hello.mjs': saying('a'), 'Hello.ts': saying('b') });
    const report = await bench.reload();
    expect(report).toMatchObject({ added: ['hello'], failed: [{ id: 'Hello.ts' }] });
    expect(await bench.say('hello')).toBe('a');
  });

  test('a name that is no id', async () => {
    await using bench = await PluginBench.make({ '9lives.mjs': saying('a') });
    expect((await bench.reload()).failed[0]?.reason).toMatch(/an id is a letter/);
  });

  test('a dependency that is missing, and one that is broken: who depends on it by way of another neither', async () => {
    const on = (id: string): string => JSON.stringify({ depends: [id] });
    await using bench = await PluginBench.make({
      ...{ 'a/plugin.json': on('b'), 'b/plugin.json': on('x'), 'c/plugin.json': on('d') },
      ...{ 'a/index.mjs': saying('a', 'a'), 'b/index.mjs': saying('b', 'b') },
      ...{ 'c/index.mjs': saying('c', 'c'), 'd/plugin.json': '{' },
    });
    const { failed, added } = await bench.reload();
    expect([added, failed.map(({ id, reason }) => `${id} ${reason}`)]).toEqual([
      [],
      [
        'a depends on b, which is broken or disabled',
        'b depends on x, which is not there',
        'c depends on d, which is broken or disabled',
        expect.stringMatching(/^d plugin\.json/),
      ],
    ]);
  });

  test('a circle of dependencies', async () => {
    const on = (id: string): string => JSON.stringify({ depends: [id] });
    await using bench = await PluginBench.make({
      ...{ 'a/plugin.json': on('b'), 'b/plugin.json': on('a'), 'c/plugin.json': on('a') },
      ...{
        'a/index.mjs': saying('a', 'a'),
        'b/index.mjs': saying('b', 'b'),
        'c/index.mjs': saying('c', 'c'),
      },
    });
    const { failed } = await bench.reload();
    expect(failed.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'a depends on itself: a → b → a',
      'b depends on itself: b → a → b',
      'c depends on itself: c → a → b → a',
    ]);
  });

  test('a link out of the folder is not followed', async () => {
    await using outside = await PluginBench.make({ 'x.mjs': saying('stolen'), 'dir/index.mjs': saying('x') });
    await using bench = await PluginBench.make({ 'c/index.mjs': saying('c', 'c') });
    await symlink(join(outside.folder, 'x.mjs'), join(bench.folder, 'a.mjs'));
    await symlink(join(outside.folder, 'dir'), join(bench.folder, 'b'));
    await symlink(join(outside.folder, 'x.mjs'), join(bench.folder, 'c', 'lib.mjs'));
    const { failed, added } = await bench.reload();
    expect(added).toEqual([]);
    expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
      'a: a.mjs leads out of the plugins folder',
      'b: b leads out of the plugins folder',
      'c: c/lib.mjs leads out of the plugins folder',
    ]);
  });
});
