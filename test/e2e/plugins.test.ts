/** Plugins from the user's end: written, loaded, reloaded, broken and repaired while the service goes on. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/cli/client.ts';
import type { RemoteControl } from '../../src/cli/client.ts';
import type { PluginsView } from '../../src/core/plugin.ts';
import type { Finished } from '../support/child.ts';
import { eventually, Sandbox } from '../support/untether.ts';
import type { Service } from '../support/untether.ts';

const TOML = `
[triggers.server]
port = 0
`;

function saying(text: string, command = 'hello'): string {
  return `import { definePlugin } from 'untether/plugin';
export default definePlugin({ commands: { ${command}: { summary: 'says ${text}', run: () => '${text}' } } });
`;
}

async function make(files: Readonly<Record<string, string>> = {}, toml = TOML): Promise<Sandbox> {
  const sandbox = await Sandbox.make(toml);
  await mkdir(sandbox.path('plugins'));
  for (const [name, text] of Object.entries(files)) await sandbox.write(`plugins/${name}`, text);
  return sandbox;
}

const control = (sandbox: Sandbox): RemoteControl => connect(() => sandbox.path('.untether'));
const status = (sandbox: Sandbox): Promise<PluginsView> => control(sandbox).plugins();

async function say(sandbox: Sandbox, text: string): Promise<string> {
  const said = await control(sandbox).say({ text, request: randomUUID() });
  return said.map((one) => one.text).join('\n');
}

describe.concurrent('plugins', () => {
  test('one that is written and reloaded answers in the chat, in help, and survives a broken save', async () => {
    await using sandbox = await make({ 'other.mjs': saying('other', 'other') });
    const service = await sandbox.start();
    const pid = service.child.process.pid;
    const made = await sandbox.json<{ id: string; file: string }>('plugin', 'new', 'hello');
    expect(made).toEqual({ id: 'hello', file: sandbox.path('plugins/hello.ts') });
    expect(await say(sandbox, '/hello')).toMatch(/there is no command \/hello/);

    const reload = await sandbox.run('plugin', 'reload');
    expect(reload.stdout).toBe('refreshed=0 added=1 (hello) removed=0 failed=0 unchanged=1\n');
    expect(reload.code).toBe(0);
    expect(await say(sandbox, '/hello you')).toBe('hello you');
    expect((await sandbox.run('render', '{{ "a" | plugin: "hello" }}')).stdout).toContain('A\n');
    expect(await say(sandbox, '/help')).toContain('/hello — says hello');
    expect(await say(sandbox, '/help hello')).toContain('/hello NAME');

    await sandbox.write('plugins/hello.ts', 'export default {\n  commands: {{\n');
    const broken = await sandbox.run('plugin', 'reload');
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(
      /^refreshed=0 added=0 removed=0 failed=1 unchanged=1\n• hello: hello\.ts:2: .*; still running generation 1\n$/,
    );
    expect(await say(sandbox, '/hello you')).toBe('hello you');
    expect((await status(sandbox)).plugins).toMatchObject([
      {
        id: 'hello',
        state: 'failed',
        generation: 1,
        lastResult: expect.stringMatching(/^failed: hello\.ts:2: /),
      },
      { id: 'other', state: 'loaded', generation: 1, lastResult: 'added' },
    ]);
    const whole = await sandbox.json<{ plugins: unknown; conditions: readonly { code: string }[] }>('status');
    expect(whole.plugins).toEqual({ loaded: 1, failed: 1 });
    expect(whole.conditions.map(({ code }) => code)).toContain('plugin_failed');
    const log = (...args: readonly string[]): Promise<Finished> =>
      sandbox.run('plugin', 'log', 'hello', ...args);
    expect((await log('--limit', '1', '--since', '1h')).stdout).toMatch(
      /^[^\n]+ error hello\.ts:2: [^\n]+\n$/,
    );
    expect((await log('--since', '1ms')).stdout).toBe('');
    expect((await sandbox.run('plugin', 'reload', '--limit', '1')).code).toBe(2);

    await sandbox.write('plugins/hello.ts', saying('better', 'salute'));
    expect(await sandbox.json('plugin', 'reload', 'hello')).toMatchObject({
      refreshed: ['hello'],
      failed: [],
    });
    expect(await say(sandbox, '/salute')).toBe('better');
    expect(await say(sandbox, '/hello')).toMatch(/there is no command/);
    await rm(sandbox.path('plugins/hello.ts'));
    expect((await sandbox.run('plugin', 'reload')).stdout).toMatch(/removed=1 .*unchanged=1/);
    expect(await say(sandbox, '/help')).not.toContain('salute');
    expect((await sandbox.json<{ pid: number }>('status')).pid).toBe(pid);
    expect((await service.stop()).code).toBe(0);
  });

  test('that never start do not keep the service from starting', async () => {
    await using sandbox = await make(
      { 'hang.mjs': 'for (;;);', 'zebra.mjs': saying('stripes', 'zebra') },
      `${TOML}[plugins.hang]\nstart_timeout = "700ms"\n`,
    );
    const service = await sandbox.start();
    await eventually('the other one is loaded', async () => (await say(sandbox, '/zebra')) === 'stripes');
    expect((await status(sandbox)).plugins).toMatchObject([
      { id: 'hang', state: 'failed', generation: null, lastResult: 'failed: did not start within 0.7 s' },
      { id: 'zebra', state: 'loaded' },
    ]);
    expect((await service.stop()).code).toBe(0);
  });

  test('that crash take nothing along, and begin again with the next call', async () => {
    const p = `export default { commands: {
      die: { run: () => process.exit(9) },
      bomb: { run() { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); } },
      fine: { run: () => 'fine' },
    } };`;
    const q = `export default { commands: { loop: { run() { for (;;); } }, well: { run: () => 'well' } } };`;
    const limits = `[plugins.p]\nmax_memory_mb = 32\n[plugins.q]\ntimeout = "1s"\n`;
    await using sandbox = await make({ 'p.mjs': p, 'q.mjs': q }, TOML + limits);
    const service = await sandbox.start();
    const states = async (): Promise<readonly string[]> =>
      (await status(sandbox)).plugins.map(({ state }) => state);
    expect(await say(sandbox, '/well')).toBe('well');
    for (const [command, words, next] of [
      ['/die', /the plugin p: left with exit code 9$/, '/fine'],
      ['/bomb', /the plugin p: reached its memory limit of 32 MB \(max_memory_mb\)$/, '/fine'],
      ['/loop', /the plugin q: did not answer within 1 s$/, '/well'],
    ] as const) {
      expect(await say(sandbox, command)).toMatch(words);
      await eventually('it is dead, and alone', async () => (await states()).toSorted()[0] === 'failed');
      expect((await states()).toSorted()).toEqual(['failed', 'loaded']);
      await eventually('it answers again', async () => (await say(sandbox, next)) === next.slice(1));
      expect(await states()).toEqual(['loaded', 'loaded']);
    }
    expect((await service.get('/health')).status).toBe(200);
  });

  test('are enabled and configured by the file alone, with its save', async () => {
    const text = `export default { commands: { word: { role: 'admin', run: (_, { config }) => config.word } } };`;
    await using sandbox = await make(
      { 'p.mjs': text, 'q.mjs': saying('q', 'q') },
      `${TOML}[plugins]\nenabled = ["p"]\n`,
    );
    await sandbox.start();
    expect((await status(sandbox)).plugins).toMatchObject([
      { state: 'loaded' },
      { id: 'q', state: 'disabled' },
    ]);
    expect((await sandbox.run('plugin', 'reload', 'q')).stdout).toMatch(
      /^q is disabled: unloaded, not reloaded/,
    );
    await sandbox.save(`${TOML}[plugins.p]\nconfig = { word = "one" }\n`);
    await eventually('the save is live', async () => (await say(sandbox, '/word')) === 'one');
    expect(await say(sandbox, '/q')).toBe('q');
    await sandbox.save(`${TOML}[plugins.p]\nconfig = { word = "one" }\nenabeld = true\n`);
    const refused = await sandbox.run('reload');
    expect(refused.code).toBe(78);
    expect(refused.stdout).toMatch(/plugins\.p\.enabeld.*did you mean "enabled"/);
    await sandbox.save(`${TOML}[plugins]\nenabled = false\n`);
    await eventually('all are gone', async () => /no command \/word/.test(await say(sandbox, '/word')));
  });

  test('are taken up with the rest by a bare reload, in a chat and by HUP, and by no save', async () => {
    const hooks = (count: number): string => '[[on_reload]]\ncommand = ["true"]\n'.repeat(count);
    await using sandbox = await make({ 'p.mjs': saying('one', 'p'), 'q.mjs': saying('q', 'q') });
    await sandbox.write('hooks.toml', hooks(1));
    const toml = `hooks = "hooks.toml"\n${TOML}`;
    await sandbox.save(toml);
    const service = await sandbox.start();
    await sandbox.write('plugins/p.mjs', saying('two', 'p'));
    await sandbox.write('plugins/q.mjs', 'export default {\n  commands: {{\n');
    await sandbox.save(`${toml}[plugins.r]\nwatch = true\n`);
    await eventually('the save is live', async () => (await control(sandbox).status()).revision === 2);
    expect(await say(sandbox, '/p')).toBe('one');

    await sandbox.write('hooks.toml', hooks(2));
    const { code, stdout } = await sandbox.run('reload');
    expect(stdout).toMatch(
      /^revision 2 .* is live already\nplugins: refreshed=1 added=0 removed=0 failed=1 unchanged=0\n• q: q\.mjs:2: .*; still running generation 1\nhooks reloaded: 2 \(on_reload 2\)\n$/,
    );
    expect([code, await say(sandbox, '/p'), await say(sandbox, '/q')]).toEqual([1, 'two', 'q']);

    await sandbox.write('plugins/q.mjs', saying('q', 'q'));
    await sandbox.save(`${toml}[plugins.p]\nconfig = { n = 1 }\n`);
    await eventually('the save is live', async () => (await control(sandbox).status()).revision === 3);
    expect((await status(sandbox)).plugins).toMatchObject([{ generation: 3 }, { state: 'failed' }]);
    expect(await say(sandbox, '/reload')).toMatch(
      /is live\nplugins: refreshed=0 added=0 removed=0 failed=0 unchanged=2\nhooks reloaded: 2 \(on_reload 2\)$/,
    );

    await sandbox.write('plugins/p.mjs', saying('three', 'p'));
    service.signal('SIGHUP');
    await eventually('the signal is heard', async () => (await say(sandbox, '/p')) === 'three');
    expect((await status(sandbox)).plugins).toMatchObject([{ generation: 4 }, { generation: 1 }]);
  });

  test('say no with a code of their own', async () => {
    await using sandbox = await make();
    for (const args of [['reload'], ['list'], ['log', 'x'], ['watch', 'x']])
      expect((await sandbox.run('plugin', ...args)).code).toBe(3);
    await sandbox.start();
    const unknown = await sandbox.run('plugin', 'reload', 'nope');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('there is no plugin nope')]);
    expect((await sandbox.run('plugin', 'watch', 'nope')).code).toBe(1);
    expect((await sandbox.run('plugin', 'reload', '../x')).code).toBe(2);
    expect((await sandbox.run('plugin', 'new', 'No')).code).toBe(2);
    expect((await sandbox.run('plugin', 'install', 'x')).code).toBe(2);
    expect((await sandbox.run('plugin', 'new', 'a-b')).code).toBe(0);
    const again = await sandbox.run('plugin', 'new', 'a-b');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is there already')]);
    expect((await sandbox.run('plugin', 'new', 'status')).code).toBe(0);
    expect((await sandbox.run('plugin', 'reload')).stdout).toContain('added=2 (a-b, status)');
    expect(await say(sandbox, '/a_b')).toBe('hello there');
    expect(await say(sandbox, '/my_status')).toBe('hello there');
  });

  test('keep their state over reloads and restarts', async () => {
    const text = `export default { commands: { count: { async run(_, { state }) {
      const n = ((await state.get('n')) ?? 0) + 1;
      await state.set('n', n);
      return n + ' ' + (await state.keys());
    } } } };`;
    await using sandbox = await make({ 'foo.mjs': text, 'foo_bar.mjs': text.replace('count', 'count_too') });
    const first = await sandbox.start();
    expect(await say(sandbox, '/count')).toBe('1 n');
    await sandbox.write('plugins/foo.mjs', `${text}\n// another\n`);
    expect((await sandbox.run('plugin', 'reload', 'foo')).stdout).toContain('refreshed=1');
    expect(await say(sandbox, '/count')).toBe('2 n');
    expect(await say(sandbox, '/count_too')).toBe('1 n');
    await rm(sandbox.path('plugins/foo.mjs'));
    await sandbox.run('plugin', 'reload');
    expect((await sandbox.run('plugin', 'status')).stdout).toMatch(
      /^foo_bar: loaded .*\nfoo does not serve; its state is kept until \d{4}-\d\d-\d\d\n$/,
    );
    await first.stop();
    await sandbox.write('plugins/foo.mjs', text);
    await sandbox.start();
    expect(await say(sandbox, '/count')).toBe('3 n');
    expect(await status(sandbox)).toMatchObject({ dormant: [] });
  });

  test('that change their own files are not watched any more, and that is told', async () => {
    const text = `import { appendFileSync } from 'node:fs';
    setTimeout(() => appendFileSync(new URL('./out.txt', import.meta.url), 'x'), 300);
    export default {};`;
    await using sandbox = await make({}, `${TOML}[plugins.s]\nwatch = true\n`);
    await mkdir(sandbox.path('plugins/s'));
    await sandbox.write('plugins/s/index.mjs', text);
    const service = await sandbox.start();
    // What it wrote at the start may have been there before its watcher.
    await sandbox.write('plugins/s/index.mjs', `${text}\n// saved\n`);
    const isPaused = async (): Promise<boolean> => (await status(sandbox)).plugins[0]?.watching === false;
    await eventually('it is paused', isPaused, 28_000);
    // That of the start, that of the save, and its own.
    expect((await status(sandbox)).plugins[0]?.generation).toBeGreaterThanOrEqual(4);
    const { conditions } = await control(sandbox).status();
    expect(conditions.map(({ code, text }) => `${code} ${text}`)).toEqual([
      expect.stringMatching(
        /^plugin_watch_paused a plugin is not watched any more: s was at work whenever its files changed: if .* untether plugin watch s$/,
      ),
    ]);
    await sandbox.run('plugin', 'unwatch', 's');
    expect((await control(sandbox).status()).conditions).toEqual([]);
    expect((await service.stop()).code).toBe(0);
  });

  test('that are watched follow their files; a switch holds all watchers back', async () => {
    await using sandbox = await make(
      { 'w.mjs': saying('one', 'w'), 'v.mjs': saying('v', 'v') },
      `${TOML}[plugins.w]\nwatch = true\n`,
    );
    await sandbox.start();
    expect(await status(sandbox)).toMatchObject({
      watching: true,
      plugins: [{ watching: false }, { watching: true }],
    });
    await sandbox.write('plugins/w.mjs', saying('two', 'w'));
    await eventually('the change is live', async () => (await say(sandbox, '/w')) === 'two');
    expect((await status(sandbox)).plugins[1]?.generation).toBe(2);
    expect(await sandbox.json<PluginsView>('plugin', 'watch', 'v')).toMatchObject({
      plugins: [{ watching: true }, {}],
    });
    const off = await sandbox.json<PluginsView>('plugin', 'unwatch');
    expect(off).toMatchObject({ watching: false, plugins: [{ watching: false }, { watching: false }] });
    const on = await sandbox.json<PluginsView>('plugin', 'watch');
    expect(on).toMatchObject({ watching: true, plugins: [{ watching: true }, { watching: true }] });
  });
});

describe('the action of a plugin', () => {
  const ACTIONS = `export default { actions: {
    default: { run: ({ payload, data, with: given, trigger, attempt }) =>
      [trigger, attempt, payload, data.n, given.word].join(' ') },
    no: { run: () => ({ ok: false, reason: 'not today', retry: false }) },
    slow: { run: () => new Promise(() => {}) },
    odd: { run: () => 7 },
    dies: { run: () => process.exit(4) },
  } };`;
  const HOOKS = `${TOML}${['default', 'no', 'slow', 'odd', 'dies', 'gone']
    .map(
      (name) => `[[triggers.webhooks]]
id = "${name}"
path = "/${name}"
auth = "none"
action = "plugin:${name === 'gone' ? 'gone' : name === 'default' ? 'act' : `act.${name}`}"
${name === 'slow' ? 'timeout = "200ms"' : ''}
retries = ${name === 'no' ? 2 : 0}
with = { word = "given" }
`,
    )
    .join('')}`;

  let sandbox: Sandbox;
  let service: Service;

  beforeAll(async () => {
    sandbox = await make({ 'act.mjs': ACTIONS }, HOOKS);
    service = await sandbox.start();
  });

  afterAll(() => sandbox[Symbol.asyncDispose]());

  test.each([
    ['default', 'succeeded', /^webhook:default 1 \{"n":5\} 5 given$/],
    ['no', 'failed', /^act: not today$/],
    ['slow', 'failed', /timeout|timed out/],
    ['odd', 'failed', /^act: returned neither a text nor/],
    ['dies', 'failed', /^act: left with exit code 4$/],
    ['gone', 'skipped', /^the plugin gone is not loaded: it is not there; untether plugin reload/],
  ])('is a run like any other: %s', async (name, state, reason) => {
    await service.post(`/${name}`, '{"n":5}', { 'content-type': 'application/json' });
    const runs = (): ReturnType<RemoteControl['runs']> =>
      control(sandbox).runs({ trigger: `webhook:${name}`, limit: 1 });
    await eventually(
      'the run has ended',
      async () => !['queued', 'running', undefined].includes((await runs())[0]?.state),
    );
    expect(await runs()).toMatchObject([{ state, reason: expect.stringMatching(reason) }]);
    expect((await runs())[0]?.attempts.length).toBe(name === 'gone' ? 0 : 1);
  });

  test('that is named wrongly is refused with the remedy', async () => {
    await using sandbox = await make({}, HOOKS.replace('plugin:gone', 'plugin:Gone!'));
    const { code, stdout } = await sandbox.run('check');
    expect([code, stdout]).toEqual([78, expect.stringMatching(/action: "Gone!" is no name of a plugin/)]);
  });
});
