import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { newRunId } from '../../src/core/ids.ts';
import type { EndOfOutput } from '../../src/runs/end-of-output.ts';
import { endOfOutput } from '../../src/runs/end-of-output.ts';
import { outputFile, prepareOutput } from '../../src/runs/output.ts';

const run = newRunId();
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'untether-end-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await prepareOutput(root, run);
});

/** The end of an output, with `secret` masked. */
async function endOf(text: string, maxBytes: number): Promise<EndOfOutput> {
  await writeFile(outputFile(root, run, 2), text);
  const mask = (all: string): string => all.replaceAll('secret-1', '[]');
  return endOfOutput({ root, run, attempt: 2, maxBytes, mask });
}

it('is all of a short one', async () => {
  expect(await endOf('it is secret-1\n', 100)).toEqual({ text: 'it is []\n', isCut: false });
  expect(await endOf('', 100)).toEqual({ text: '', isCut: false });
});

it('is nothing where there is no file', async () => {
  const query = { root, run, attempt: 1, maxBytes: 10, mask: (text: string) => text };
  expect(await endOfOutput(query)).toEqual({ text: '', isCut: false });
});

it('is the last bytes of a long one, from a whole character on', async () => {
  expect(await endOf(`${'x'.repeat(200_000)}the end`, 10)).toEqual({ text: 'xxxthe end', isCut: true });
  const { text } = await endOf('€'.repeat(100_000), 100);
  expect(text).toBe('€'.repeat(33));
});

it('shows no second half of a secret, wherever it is cut', async () => {
  for (let shift = 0; shift < 9; shift += 1) {
    const { text } = await endOf(`${'secret-1'.repeat(30_000)}${'x'.repeat(shift)}`, 100);
    expect(text.length).toBeGreaterThan(20);
    expect(text.replaceAll('[]', '').replace(/^\]/, '')).toBe('x'.repeat(shift));
  }
});
