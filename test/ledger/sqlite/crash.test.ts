import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { asRunId } from '../../../src/core/ids.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Database } from '../../../src/ledger/sqlite/database.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/ledger.ts';
import { boot1 } from '../../conformance/ledger/bench.ts';
import { freshFile } from './files.ts';

const program = fileURLToPath(new URL('programs/admit-loop.ts', import.meta.url));
const chatProgram = fileURLToPath(new URL('programs/chat-loop.ts', import.meta.url));
const KILLS = 6;

/** What the program said before it died. */
interface Told {
  readonly admitted: Set<string>;
  readonly finished: Set<string>;
  readonly refused: Map<string, string>;
  readonly received: Set<string>;
  readonly sent: Set<string>;
}

function listenTo(told: Told, line: string): void {
  const [what, id = '', code = ''] = line.split(' ');
  if (what === 'admitted') told.admitted.add(id);
  if (what === 'finished') told.finished.add(id);
  if (what === 'refused') told.refused.set(id, code);
  if (what === 'received') told.received.add(id);
  if (what === 'sent') told.sent.add(id);
}

/** Runs the program by this shell line until it ends, killing it with -9 after `lines` lines. */
async function run(told: Told, shell: string, lines: number): Promise<void> {
  const child = spawn('/bin/sh', ['-c', shell], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    listenTo(told, line);
    heard += 1;
    if (heard === lines) child.kill('SIGKILL');
  }
  await ended;
}

function silence(): Told {
  return {
    admitted: new Set(),
    finished: new Set(),
    refused: new Map(),
    received: new Set(),
    sent: new Set(),
  };
}

/** Opens the ledger and compares it with what was acknowledged. */
async function expectAllOf(told: Told, file: string): Promise<void> {
  await using ledger = SqliteLedger.open(file, silentLog);
  const stored = new Map((await ledger.runs.list({ limit: 1_000_000 })).map((row) => [String(row.id), row]));
  expect([...told.admitted].filter((id) => !stored.has(id))).toEqual([]);
  expect([...told.finished].filter((id) => stored.get(id)?.state !== 'succeeded')).toEqual([]);
  for (const id of told.admitted)
    expect((await ledger.runs.payload(asRunId(id)!))?.body.byteLength).toBe(1_000);
  const live = [...stored.values()].filter(({ endedAt }) => endedAt === null);
  const counts = await ledger.runs.counts();
  expect(counts.queued + counts.running).toBe(live.length);
  expect(await ledger.runs.orphans(boot1)).toHaveLength(counts.running);
}

/** Every update has both answers or is not recorded, and none was sent twice or again after it was. */
async function expectEveryAnswerOf(told: Told, file: string): Promise<void> {
  await using ledger = SqliteLedger.open(file, silentLog);
  const last = (await ledger.chat.lastUpdate('42', Date.now())) ?? 0;
  expect(last).toBeGreaterThanOrEqual(Math.max(...[...told.received].map(Number)));
  for (let update = 1; update <= last; update += 1) {
    const answers = await Promise.all([0, 1].map((part) => ledger.chat.message(`update:${update}:${part}`)));
    expect(answers.map((answer) => answer?.seq)).toEqual([2 * update - 1, 2 * update]);
    expect(answers.map((answer) => answer!.attempts).filter((attempts) => attempts > 1)).toEqual([]);
  }
  expect(await ledger.chat.message(`update:${last + 1}:0`)).toBeUndefined();
  const sent = await Promise.all([...told.sent].map((key) => ledger.chat.message(key)));
  expect(sent.filter((one) => one?.state !== 'sent')).toEqual([]);
}

function integrity(file: string): unknown {
  const database = Database.openForReading(file, { immutable: false });
  const finding = database.statement<{ integrity_check: string }>('PRAGMA integrity_check').all();
  database.close();
  return finding.map((row) => row.integrity_check);
}

describe('a process that dies', () => {
  test(`${KILLS} times by kill -9 has lost nothing that it acknowledged`, async () => {
    const file = await freshFile();
    const told = silence();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = told.admitted.size;
      await run(told, `exec "${process.execPath}" "${program}" "${file}"`, 40 + 60 * kill);
      expect(told.admitted.size).toBeGreaterThan(before);
      await expectAllOf(told, file);
    }
    expect(told.refused).toEqual(new Map());
    expect(integrity(file)).toEqual(['ok']);
  });

  test('in the middle of a conversation has answered every update once, and knows what it sent', async () => {
    const file = await freshFile();
    const told = silence();
    for (let kill = 1; kill <= 3; kill += 1) {
      const before = told.received.size;
      await run(told, `exec "${process.execPath}" "${chatProgram}" "${file}"`, 40 + 60 * kill);
      expect(told.received.size).toBeGreaterThan(before);
      await expectEveryAnswerOf(told, file);
    }
    expect(told.sent.size).toBeGreaterThan(0);
    expect(integrity(file)).toEqual(['ok']);
  });

  test('after the system refused to write more holds what it acknowledged, and nothing that it refused', async () => {
    const file = await freshFile();
    const told = silence();
    // Blocks of 512 bytes: half a megabyte, which its log outgrows in the middle of a commit.
    await run(told, `ulimit -f 1024; exec "${process.execPath}" "${program}" "${file}"`, Infinity);
    expect(new Set(told.refused.values())).toEqual(new Set(['unavailable']));
    expect(told.admitted.size).toBeGreaterThan(0);
    await expectAllOf(told, file);
    await using ledger = SqliteLedger.open(file, silentLog);
    const refused = [...told.refused.keys()].filter((id) => !told.admitted.has(id));
    const found = await Promise.all(refused.map((id) => ledger.runs.get(asRunId(id)!)));
    expect(found.filter((row) => row !== undefined)).toEqual([]);
    expect(integrity(file)).toEqual(['ok']);
  });
});
