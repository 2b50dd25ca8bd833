/**
 * Writes to the ledger in the file named by its argument for as long as it lives, and prints what was acknowledged:
 * `admitted ID`, `finished ID`, and `refused ID CODE`. It ends after the first refusal.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../../../src/core/clock.ts';
import type { RunId } from '../../../../src/core/ids.ts';
import { newBootId, newRunId, triggerId } from '../../../../src/core/ids.ts';
import { silentLog } from '../../../../src/core/log.ts';
import { toAppError } from '../../../../src/core/errors.ts';
import { openLedger } from '../../../../src/ledger/open.ts';
import { sampleSpec } from '../../../support/samples.ts';

const WRITERS = 8;
const file = process.argv[2] ?? '';
const owner = newBootId();
const spec = Object.freeze(sampleSpec());
const ledger = await openLedger({ file, clock: systemClock, log: silentLog });

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

async function admitOne(id: RunId, lane: number): Promise<void> {
  const now = Date.now();
  await ledger.runs.admit({
    admissions: [
      {
        id,
        trigger: triggerId('webhook', `lane-${lane}`),
        source: 'webhook',
        dueAt: now,
        admittedAt: now,
        revision: 1,
        state: 'queued',
        reason: null,
        spec,
        limit: { kind: 'none' },
        payload: { body: new Uint8Array(1_000), contentType: 'application/json', headers: {} },
        delivery: { id, bodyHash: 'h' },
      },
    ],
    accountedUntil: now,
  });
  say(`admitted ${id}`);
}

/** Finishes what its lane has waiting. */
async function finishLane(lane: number): Promise<void> {
  const lanes = [{ trigger: triggerId('webhook', `lane-${lane}`), max: 2 }];
  for (const run of await ledger.runs.claim({ owner, now: Date.now(), lanes })) {
    const end = {
      endedAt: Date.now(),
      exitCode: 0,
      endedBy: null,
      reason: null,
      state: 'succeeded',
    } as const;
    await ledger.runs.settle({ run: run.id, owner, attempt: run.attempt, ...end });
    say(`finished ${run.id}`);
  }
}

async function writeForEver(lane: number): Promise<void> {
  for (;;) {
    const id = newRunId();
    try {
      await admitOne(id, lane);
      await finishLane(lane);
    } catch (error) {
      say(`refused ${id} ${toAppError(error).code}`);
      return;
    }
  }
}

await Promise.all(Array.from({ length: WRITERS }, (_, lane) => writeForEver(lane)));
// As after a crash: nothing is closed or copied back.
process.kill(process.pid, 'SIGKILL');
