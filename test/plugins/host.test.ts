/** Whatever a plugin does while it serves, the service goes on, and its calls end. */
import { describe, expect, test } from 'vitest';
import { defaultPluginLimits } from '../../src/core/plugin.ts';
import type { CallResult } from '../../src/plugins/calls.ts';
import { PluginBench, saying, SECRET } from './support.ts';

const COMMANDS = `
import { parentPort } from 'node:worker_threads';
const later = (thrown) => { setTimeout(() => { throw thrown; }); return never; };
const never = new Promise(() => {});
export default {
  commands: {
    loop: { run() { for (;;); } },
    leave: { run() { process.exit(3); } },
    late: { run() { setTimeout(() => Promise.reject(new Error('much too late'))); return never; } },
    bomb: { run() { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); } },
    deaf: { run: () => never },
    obedient: { run: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('x'))) },
    slow: { run: () => new Promise((resolve) => setTimeout(() => resolve('slow'), 500)) },
    odd: { run: () => () => 1 },
    bytes: { run: () => new Uint8Array(300_000) },
    keeps: { run: (_, { state }) => state.set('k', 'x'.repeat(65_536)) },
    asks: { run: (_, { state }) => Promise.all(Array.from({ length: 1_001 }, () => state.get('k'))) },
    chats: { run(_, { log }) { for (;;) log.info('and another'); } },
    fails: { run() { throw new Error('no'); } },
    tells: { run() { throw new Error('x'.repeat(980) + ${JSON.stringify(SECRET)}); } },
    logs: { run(_, { log }) { log.warn(new Error('a\\nb')); log.info(5); log.error(${JSON.stringify(SECRET)}); process.exit(1); } },
    own: { run() { for (const one of [null, 1, { kind: 'ready' }, { kind: 'log' }]) parentPort.postMessage(one); return 'own'; } },
    lateNothing: { run: () => later(null) },
    lateTable: { run: () => later({ toString: null, valueOf: null }) },
    lateMessage: { run: () => later(Object.assign(new Error(), { message: { a: 1 } })) },
    lateStack: { run: () => later(Object.assign(new Error('x'), { stack: 5 })) },
    lateUrl: { run: () => later(Object.assign(new Error(), { stack: 'file:///x%2Fy:12' })) },
    hello: { run: ({ text }) => 'hello ' + text },
  },
};
`;

async function call(bench: PluginBench, key: string, limits = {}): Promise<CallResult | undefined> {
  const host = bench.registry.current().get('p')?.live?.host;
  return host?.call({ kind: 'commands', key }, { text: 'you' }, limits);
}

async function served(): Promise<PluginBench> {
  const bench = await PluginBench.make({ 'p.mjs': COMMANDS });
  bench.set('p', { limits: { ...defaultPluginLimits, memoryMb: 32 } });
  await bench.reload();
  return bench;
}

describe('a call', () => {
  test('is answered', async () => {
    await using bench = await served();
    expect(await call(bench, 'hello')).toEqual({ kind: 'returned', value: 'hello you' });
  });

  test('that throws says where', async () => {
    await using bench = await served();
    expect(await call(bench, 'fails')).toEqual({ kind: 'threw', reason: 'p.mjs:19: no' });
  });

  test('tells no secret, of several lines neither, and no part of one', async () => {
    await using bench = await served();
    const { reason } = (await call(bench, 'tells')) as { readonly reason: string };
    expect(reason).toMatch(/x\[secret\]$/);
  });

  test('logs whatever it likes, until its end', async () => {
    await using bench = await served();
    expect(await call(bench, 'logs')).toMatchObject({ kind: 'crashed' });
    expect(bench.log).toEqual([
      'warn: Error: a b',
      'info: 5',
      'error: [secret]',
      'error: left with exit code 1',
    ]);
  });

  test('may use the port that every worker has', async () => {
    await using bench = await served();
    expect(await call(bench, 'own')).toEqual({ kind: 'returned', value: 'own' });
    expect(await call(bench, 'hello')).toEqual({ kind: 'returned', value: 'hello you' });
  });

  test.each([
    ['odd', 'its answer is nothing that JSON has'],
    ['bytes', 'its answer holds bytes'],
    ['keeps', 'the value of k is longer than 65536 characters of JSON'],
    ['asks', 'more than 1000 at once: await them'],
  ])('whose answer, or what it keeps, is too much fails alone: %s', async (key, reason) => {
    await using bench = await served();
    expect(await call(bench, key)).toMatchObject({ kind: 'threw', reason: expect.stringContaining(reason) });
    expect(await call(bench, 'hello')).toMatchObject({ kind: 'returned' });
  });

  test.each(['deaf', 'obedient'])('that takes too long ends at its deadline, and alone: %s', async (key) => {
    await using bench = await served();
    expect(await call(bench, key, { deadlineMs: 50 })).toMatchObject({ kind: 'late' });
    expect(await call(bench, 'hello')).toMatchObject({ kind: 'returned' });
    expect(bench.registry.current().get('p')?.live?.host.inFlight).toBe(0);
  });

  test('ends when its caller leaves', async () => {
    await using bench = await served();
    const cut = new AbortController();
    const answer = call(bench, 'deaf', { signal: cut.signal });
    cut.abort();
    expect(await answer).toEqual({ kind: 'aborted' });
  });

  test('that loops for ever ends its worker, and the next reload begins another', async () => {
    await using bench = await served();
    expect(await call(bench, 'loop', { deadlineMs: 50 })).toMatchObject({ kind: 'late' });
    const waits = await call(bench, 'hello');
    expect(waits).toEqual({
      kind: 'crashed',
      reason: 'it was busy with a call that was to end, and heard nothing',
    });
    expect(await bench.reload()).toMatchObject({ refreshed: ['p'] });
    expect(await call(bench, 'hello')).toMatchObject({ kind: 'returned' });
  });

  test('that logs for ever is ended at its deadline as well, and the service is not flooded', async () => {
    await using bench = await served();
    expect(await call(bench, 'chats', { deadlineMs: 100 })).toMatchObject({ kind: 'late' });
    expect(await call(bench, 'hello')).toMatchObject({ kind: 'crashed' });
    expect(bench.log.length).toBeLessThan(10_000);
  });

  test.each([
    ['leave', 'left with exit code 3'],
    ['late', 'p.mjs:9: much too late'],
    ['lateNothing', 'threw null'],
    ['lateTable', 'threw { toString: null, valueOf: null }'],
    ['lateMessage', expect.stringContaining('object Object')],
    ['lateStack', 'x'],
    ['lateUrl', 'Error'],
    ['bomb', 'reached its memory limit of 32 MB (max_memory_mb)'],
  ])('that ends its worker takes nothing else along: %s', async (key, reason) => {
    await using bench = await served();
    expect(await call(bench, key)).toEqual({ kind: 'crashed', reason });
    expect(await call(bench, 'hello')).toEqual({ kind: 'crashed', reason });
  });

  test('that is under way is answered by the generation that it was made to', async () => {
    await using bench = await served();
    const answer = call(bench, 'slow');
    await bench.write({ 'p.mjs': saying('new') });
    expect(await bench.reload()).toMatchObject({ refreshed: ['p'] });
    expect(await bench.say('p')).toBe('new');
    expect(await answer).toEqual({ kind: 'returned', value: 'slow' });
  });
});

describe('a reload', () => {
  test('takes up every file of a plugin, CommonJS too, and leaves alone what is the same', async () => {
    await using bench = await PluginBench.make({
      'p/index.mjs': `import a from './a.cjs'; export default { commands: { hello: { run: () => a } } };`,
      'p/a.cjs': `module.exports = 'one';`,
      'p/README.md': 'one',
      'q.mjs': saying('q', 'q'),
    });
    expect(await bench.reload()).toMatchObject({ added: ['p', 'q'], unchanged: [] });
    await bench.write({ 'p/a.cjs': `module.exports = 'two';` });
    expect(await bench.reload()).toMatchObject({ refreshed: ['p'], unchanged: ['q'] });
    expect(await bench.say('p')).toBe('two');
    await bench.write({ 'p/README.md': 'two', 'p/.git/x': '', 'p/data/x.json': '{}', 'p/index.mjs~': '' });
    expect(await bench.reload()).toMatchObject({ refreshed: [], unchanged: ['p', 'q'] });
  });

  test('starts all at once, and each after those that it depends on', async () => {
    const seen = (file: string): string => `import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
const there = () => existsSync(new URL('${file}', import.meta.url));
`;
    await using bench = await PluginBench.make({
      'a.mjs': `${seen('./b.txt')}while (!there()) await wait(5);\n${saying('a', 'a')}`,
      'b.mjs': `${seen('')}await wait(50);\nwriteFileSync(new URL('./b.txt', import.meta.url), '');\n${saying('b', 'b')}`,
      'c/index.mjs': `${seen('../b.txt')}if (!there()) throw new Error('too early');\n${saying('c', 'c')}`,
      'c/plugin.json': '{"depends":["b"]}',
    });
    expect(await bench.reload()).toMatchObject({ added: ['a', 'b', 'c'], failed: [] });
  });

  test('begins what depends on it anew as well, and of one plugin nothing else', async () => {
    await using bench = await PluginBench.make({
      'a/plugin.json': '{"depends":["b"]}',
      ...{ 'a/index.mjs': saying('a', 'a'), 'b.mjs': saying('b', 'b'), 'c.mjs': saying('c', 'c') },
    });
    await bench.reload();
    await bench.write({ 'b.mjs': saying('B', 'b'), 'c.mjs': saying('C', 'c'), 'd.mjs': saying('d', 'd') });
    expect(await bench.reload('b')).toMatchObject({ refreshed: ['a', 'b'], added: [], unchanged: ['c'] });
    expect(await bench.say('c', 'c')).toBe('c');
  });

  test('lets a plugin go whose file is gone', async () => {
    await using bench = await served();
    await bench.remove('p.mjs');
    expect(await bench.reload()).toMatchObject({ removed: ['p'] });
    expect(bench.registry.current().size).toBe(0);
  });

  test('hands the configuration of the plugin over, and a change of it is one', async () => {
    const text = `export default { init(c) { this.word = c.config.word; }, commands: { hello: { run: (_, c) => c.config.word } } };`;
    await using bench = await PluginBench.make({ 'p.mjs': text });
    bench.set('p', { config: { word: 'one' } });
    await bench.reload();
    expect(await bench.say('p')).toBe('one');
    bench.set('p', { config: { word: 'two' } });
    expect(await bench.reload()).toMatchObject({ refreshed: ['p'] });
    expect(await bench.say('p')).toBe('two');
    bench.set('p', { enabled: false });
    expect(await bench.reload()).toMatchObject({ removed: ['p'], disabled: ['p'] });
  });

  test('gives a plugin another heap by another generation, and more time by none', async () => {
    await using bench = await served();
    bench.set('p', { limits: { memoryMb: 32, callMs: 1, startMs: 20_000 } });
    expect(await bench.reload()).toMatchObject({ unchanged: ['p'] });
    bench.set('p', { limits: { ...defaultPluginLimits, memoryMb: 64 } });
    expect(await bench.reload()).toMatchObject({ refreshed: ['p'] });
  });
});
