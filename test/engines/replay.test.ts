/** Holds the program that stands in for a coding agent to its promises, since other tests rely on it. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claude } from '../../src/engines/claude.ts';
import { accountOf, eventsIn, recorded } from './replayed.ts';

const here = (path: string): string => fileURLToPath(new URL(`../fixtures/engines/${path}`, import.meta.url));
const fixture = here('claude/fresh.jsonl');

interface Replayed {
  readonly stdout: string;
  readonly code: number | null;
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untether-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function replay(
  words: readonly string[],
  { stdin = '', env = {} }: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Replayed> {
  const child = spawn(process.execPath, [here('replay.mjs'), ...words], { env, stdio: 'pipe' });
  child.stdin.end(stdin);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { stdout: await text(child.stdout), code: await ended };
}

describe('the replay', () => {
  test('prints the recorded lines and ends well', async () => {
    expect(await replay([fixture])).toEqual({ stdout: recorded('claude/fresh').toString(), code: 0 });
  });

  test('ends with the code it is told', async () => {
    expect((await replay([fixture], { env: { REPLAY_EXIT: '3' } })).code).toBe(3);
  });

  test('prints noise that changes nothing of what is read', async () => {
    const { stdout } = await replay([fixture, '1'], { env: { REPLAY_NOISE: '1', REPLAY_LINGER_MS: '1' } });
    expect(stdout).toContain('starting the agent\n');
    const quiet = accountOf(eventsIn(claude, recorded('claude/fresh')));
    expect(accountOf(eventsIn(claude, stdout))).toEqual(quiet);
  });

  test('records what it was started with', async () => {
    const record = join(folder, 'record.json');
    const env = { REPLAY_RECORD: record, REPLAY_ENV: 'MINE', MINE: 'x', OTHER: 'y', UNTETHER_RUN: 'r' };
    await replay([fixture, '0', '--', 'hello'], { stdin: 'a prompt', env });
    expect(JSON.parse(await readFile(record, 'utf8'))).toEqual({
      argv: [fixture, '0', '--', 'hello'],
      stdin: 'a prompt',
      env: { MINE: 'x', UNTETHER_RUN: 'r' },
    });
  });
});
