/** The process in which plugins live: nothing in it hurts the service, and it is there for as long as it is needed. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultPluginLimits } from '../../src/core/plugin.ts';
import { PluginBench, saying } from './support.ts';

/** Each asks for far more in one step than a thread may have, which V8 answers by ending its process. */
const HUNGRY = `
export default {
  commands: {
    map: { run() { const all = new Map(); for (let i = 0; ; i++) all.set(i, i); } },
    keys: { run: () => Object.keys(new Uint8Array(30_000_000)).length },
    here: { run: () => 'still here' },
  },
};
`;

/** Those that this process has started and that are still there. */
function children(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandOf(pid).includes('plugins/process.ts') && parentOf(pid) === process.pid);
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`);
}

function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function served(files: Readonly<Record<string, string>>): Promise<PluginBench> {
  const bench = await PluginBench.make(files);
  for (const name of Object.keys(files))
    bench.set(name.replace('.mjs', ''), { limits: { ...defaultPluginLimits, memoryMb: 32 } });
  await bench.reload();
  return bench;
}

describe('the process', () => {
  test.each(['map', 'keys'])(
    'ends by a call that takes far too much at once (%s), and no other does',
    async (key) => {
      await using bench = await served({ 'hungry.mjs': HUNGRY, 'other.mjs': saying('hello') });
      expect(await bench.say('hungry', key)).toMatchObject({ kind: 'crashed' });
      // Whether V8 ends the thread or the process: what is loaded anew serves.
      await bench.reload('hungry');
      await bench.reload('other');
      expect(await bench.say('hungry', 'here')).toBe('still here');
      expect(await bench.say('other')).toBe('hello');
    },
  );

  test('that is killed takes its threads along, which say so, and another one serves what is loaded anew', async () => {
    await using bench = await served({ 'a.mjs': saying('a'), 'b.mjs': saying('b', 'bye') });
    const [pid] = children();
    process.kill(pid ?? 0, 'SIGKILL');
    const ended = { kind: 'crashed', reason: 'the process of all plugins was ended by SIGKILL' };
    expect(await bench.say('a')).toEqual(ended);
    expect(await bench.say('b', 'bye')).toEqual(ended);
    expect(bench.log).toContain('error: the process of all plugins was ended by SIGKILL');
    await bench.reload();
    expect(await bench.say('a')).toBe('a');
  });

  test('is one for all plugins, and gone with the last', async () => {
    const bench = await served({ 'a.mjs': saying('a'), 'b.mjs': saying('b', 'bye') });
    expect(children()).toHaveLength(1);
    await bench[Symbol.asyncDispose]();
    expect(children()).toEqual([]);
  });
});
