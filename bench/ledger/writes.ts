/** Decides how fast a ledger takes in, hands out and deletes rows: one with few rows and a full one, in turns. */
import { systemClock } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import type { BootId, TriggerId } from '../../src/core/ids.ts';
import { newBootId, newRunId, triggerId } from '../../src/core/ids.ts';
import type { Admission } from '../../src/core/admission.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { silentLog } from '../../src/core/log.ts';
import type { ClaimedRun } from '../../src/core/run.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { specOf } from '../spec.ts';
import { drawn, pickerOf } from './shape.ts';

/** What each write took, ms; of a group, all of it. */
export interface WriteTimes {
  readonly admitMs: readonly number[];
  readonly cpuMs: readonly number[];
  readonly claimMs: readonly number[];
  readonly settleMs: readonly number[];
}

/** Deliveries that share a commit: what 64 connections under load bring in one turn of the event loop. */
export const GROUP = 25;
const ROUNDS = 200;
const UNCOUNTED_ROUNDS = 20;
const CLAIMED = 4;
const BODY = Buffer.alloc(1_024, 'x');

/** The same writes into each of the two files, turn by turn. */
export async function writeTimes(files: {
  readonly small: string;
  readonly full: string;
}): Promise<{ readonly small: WriteTimes; readonly full: WriteTimes }> {
  await using small = await openWriter(files.small);
  await using full = await openWriter(files.full);
  for (let round = 0; round < UNCOUNTED_ROUNDS; round++) for (const one of [small, full]) await one.round();
  for (const one of [small, full]) one.forget();
  for (let round = 0; round < ROUNDS; round++) for (const one of [small, full]) await one.round();
  return { small: small.times(), full: full.times() };
}

interface Writer extends AsyncDisposable {
  readonly round: () => Promise<void>;
  readonly forget: () => void;
  readonly times: () => WriteTimes;
}

async function openWriter(file: string): Promise<Writer> {
  const ledger = await openLedger({ file, clock: systemClock, log: silentLog });
  const pick = pickerOf(drawn(1));
  const owner = newBootId();
  let times = {
    admitMs: [] as number[],
    cpuMs: [] as number[],
    claimMs: [] as number[],
    settleMs: [] as number[],
  };
  const round = async (): Promise<void> => {
    const admissions = Array.from({ length: GROUP }, () => delivery(pick().name));
    const cpu = process.threadCpuUsage();
    times.admitMs.push(await timed(() => admit(ledger, admissions)));
    const { user, system } = process.threadCpuUsage(cpu);
    times.cpuMs.push((user + system) / 1_000);
    let claimed: readonly ClaimedRun[] = [];
    times.claimMs.push(
      await timed(async () => {
        claimed = await claim(
          ledger,
          owner,
          admissions.map(({ trigger }) => trigger),
        );
      }),
    );
    times.settleMs.push(await timed(() => settle(ledger, owner, claimed)));
  };
  return {
    round,
    forget: () => {
      times = { admitMs: [], cpuMs: [], claimMs: [], settleMs: [] };
    },
    times: () => times,
    [Symbol.asyncDispose]: () => ledger[Symbol.asyncDispose](),
  };
}

function delivery(name: string): Admission {
  const id = newRunId();
  const now = Date.now();
  const trigger = triggerId('webhook', name);
  return {
    id,
    trigger,
    source: 'webhook',
    dueAt: now,
    admittedAt: now,
    revision: 1,
    state: 'queued',
    reason: null,
    spec: specs(name),
    limit: { kind: 'waiting', max: 1_000_000 },
    payload: { body: BODY, contentType: 'application/json', headers: { 'content-type': 'application/json' } },
    delivery: { id: `of-${id}`, bodyHash: 'hash' },
  };
}

/** Each trigger's specification is the same object, as in a snapshot. */
const kept = Object.fromEntries(
  Array.from({ length: 400 }, (_, rank) => [`job-${rank}`, specOf(triggerId('webhook', `job-${rank}`))]),
);

function specs(name: string): Admission['spec'] {
  return kept[name]!;
}

async function admit(ledger: Ledger, admissions: readonly Admission[]): Promise<void> {
  const answers = await Promise.all(admissions.map((one) => ledger.runs.admit({ admissions: [one] })));
  if (answers.flat().some(({ kind }) => kind !== 'admitted'))
    throw new AppError('internal', 'a delivery was not admitted');
}

async function claim(
  ledger: Ledger,
  owner: BootId,
  triggers: readonly TriggerId[],
): Promise<readonly ClaimedRun[]> {
  const lanes = [...new Set(triggers)].slice(0, CLAIMED).map((trigger) => ({ trigger, max: 1 }));
  return ledger.runs.claim({ owner, now: Date.now(), lanes });
}

async function settle(ledger: Ledger, owner: BootId, claimed: readonly ClaimedRun[]): Promise<void> {
  const ended = { exitCode: 0, endedBy: null, reason: null, state: 'succeeded' as const };
  const all = claimed.map(({ id, attempt }) =>
    ledger.runs.settle({ run: id, owner, attempt, endedAt: Date.now(), ...ended }),
  );
  if ((await Promise.all(all)).some((isDone) => !isDone)) throw new AppError('internal', 'a lease was lost');
}

/** What it took, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
