/** State is dormant where nobody uses it: of plugins that are gone or cannot be loaded, not of those only switched off. */
import { expect, test } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { noteState } from '../../../src/plugins/dormant.ts';
import type { Entry, Live } from '../../../src/plugins/table.ts';
import { dormantStates, sweepStates } from '../../../src/service/plugins/dormant.ts';
import type { DormantDeps } from '../../../src/service/plugins/dormant.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const DAY_MS = 86_400_000;
// What serves is nobody's business here.
const live = {} as Live;

const entries: readonly Entry[] = [
  { id: 'serves', live, last: { kind: 'added' } },
  { id: 'last-good', live, last: { kind: 'failed', reason: 'no' } },
  { id: 'off', live: undefined, last: { kind: 'disabled' } },
  { id: 'broken', live: undefined, last: { kind: 'failed', reason: 'no' } },
];

test('state is dormant, and deleted after thirty days, of what is gone or broken', async () => {
  const clock = new FakeClock();
  const { chat: ledger } = new MemoryLedger();
  const said: unknown[] = [];
  const log = { ...silentLog, info: (_: string, fields: unknown) => void said.push(fields) };
  const deps: DormantDeps = { table: new Map(entries.map((one) => [one.id, one])), ledger, clock, log };
  for (const id of [...deps.table.keys(), 'gone']) await noteState(ledger, id);
  const keptUntil = clock.now() + 30 * DAY_MS;
  expect(await dormantStates(deps)).toEqual([
    { id: 'broken', keptUntil },
    { id: 'gone', keptUntil },
  ]);
  await sweepStates(deps);
  await clock.advance(30 * DAY_MS);
  await sweepStates(deps);
  expect(said).toEqual([{ plugin: 'broken' }, { plugin: 'gone' }]);
  expect(await dormantStates(deps)).toEqual([]);
});
