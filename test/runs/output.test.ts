import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { followOutput } from '../../src/runs/follow.ts';
import {
  outputFile,
  outputFiles,
  outputFolder,
  prepareOutput,
  readOutput,
  removeOutput,
} from '../../src/runs/output.ts';
import { Trimmer } from '../../src/runs/trimmer.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('the output of a run', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'untether-output-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  const run = v7({ msecs: Date.UTC(2026, 4, 3, 23, 59) }) as RunId;

  it('lies in a folder of the day of its admission, attempts in order', async () => {
    expect(outputFolder(root, run)).toBe(join(root, '2026-05-03'));
    await prepareOutput(root, run);
    await appendFile(outputFile(root, run, 10), 'ten\n');
    await appendFile(outputFile(root, run, 2), 'two\n');
    expect(await readOutput(root, run)).toBe('two\n--- attempt 2 ---\nten\n');
  });

  it('is empty where nothing was written, and gone after its removal', async () => {
    expect(await readOutput(root, run)).toBe('');
    await prepareOutput(root, run);
    await appendFile(outputFile(root, run, 1), 'x');
    await removeOutput(root, [run]);
    expect(await outputFiles(root, run)).toEqual([]);
  });

  it('keeps head and tail of a flood, on disk as well as in the end', async () => {
    const clock = new FakeClock();
    using trimmer = new Trimmer(clock, silentLog);
    await prepareOutput(root, run);
    const file = outputFile(root, run, 1);
    trimmer.watch(file, 1_000);
    for (let block = 0; block < 20; block += 1) {
      await appendFile(file, `${String(block).padStart(3, '0')}${'.'.repeat(296)}\n`);
      await clock.advance(200);
      await clock.timersSet();
      expect((await stat(file)).size).toBeLessThanOrEqual(1_300);
    }
    await trimmer.finish(file);
    const text = await readFile(file, 'utf8');
    expect(text.startsWith('000.')).toBe(true);
    expect(text.endsWith(`019${'.'.repeat(296)}\n`)).toBe(true);
    expect(text).toContain('output cut');
    expect(text.length).toBeLessThan(1_200);
    trimmer[Symbol.dispose]();
    expect(clock.pending).toBe(0);
  });

  it('is held back after the end of its run, too: head and tail of what something left goes on to write', async () => {
    const clock = new FakeClock();
    using trimmer = new Trimmer(clock, silentLog);
    await prepareOutput(root, run);
    const file = outputFile(root, run, 1);
    trimmer.watch(file, 1_000);
    await appendFile(file, 'head\n');
    await trimmer.finish(file);
    for (let block = 0; block < 30; block += 1) {
      await appendFile(file, `${String(block).padStart(3, '0')}${'.'.repeat(296)}\n`);
      await clock.advance(clock.nextIn() ?? 0);
      await clock.timersSet();
      expect((await stat(file)).size).toBeLessThan(1_600);
    }
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^head\n000\.+\n[^]*output cut[^]*029\.+\n$/);
  });

  it('leaves output below the cap alone', async () => {
    using trimmer = new Trimmer(new FakeClock(), silentLog);
    await prepareOutput(root, run);
    const file = outputFile(root, run, 1);
    trimmer.watch(file, 1_000);
    await appendFile(file, 'short\n');
    await trimmer.finish(file);
    expect(await readFile(file, 'utf8')).toBe('short\n');
  });

  it('can be followed while it grows, multi-byte characters whole, until the run is over', async () => {
    const clock = new FakeClock();
    await prepareOutput(root, run);
    const file = outputFile(root, run, 1);
    await appendFile(file, 'one\n');
    let isOver = false;
    const chunks: string[] = [];
    const following = (async () => {
      const followed = { root, run, isOver: async () => isOver, clock, signal: new AbortController().signal };
      for await (const { text } of followOutput(followed)) chunks.push(text);
    })();
    await clock.timersSet();
    await appendFile(file, Buffer.from('tw\u00f6').subarray(0, 3));
    await clock.advance(150);
    await clock.timersSet();
    await appendFile(file, Buffer.from('\u00f6').subarray(1));
    isOver = true;
    await clock.advance(150);
    await following;
    expect(chunks.join('')).toBe('one\ntw\u00f6');
  });
});
