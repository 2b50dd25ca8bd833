/** Holds both ways to their promises over a store on disk, and the deaths of the processes that had it open. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/core/log.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { BotApi } from '../support/bot-api/api.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Frail, Rig, message } from './rig.ts';

/** A folder that is gone afterwards. */
async function folder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'untether-telegram-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test('processes that die at one step after the other answer each message once', async () => {
  await using place = await folder();
  await using api = await BotApi.start();
  const open = (): Promise<Ledger> =>
    openLedger({ file: join(place.path, 'untether.db'), clock: new FakeClock(), log: silentLog });
  const steps = ['lastUpdate', 'received', 'waitingChats', 'take'] as const;
  for (const [n, step] of steps.entries()) {
    await using ledger = await open();
    const frail = new Frail(ledger.chat);
    const death = frail.dieAt(step);
    api.say({ from: 7, text: `said ${n}` });
    await Rig.start({ api, ledger: frail.ledger });
    await death;
    await api.down();
    await api.up();
  }
  await using ledger = await open();
  await using rig = await Rig.start({ api, ledger: ledger.chat });
  api.say({ from: 7, text: 'said last' });
  await rig.post(message('notice', { kind: 'notice', chat: 8 }));
  await rig.sends('update:110201543:700000005:0');
  await rig.sends('notice');
  expect(api.texts(7)).toEqual(['said 0', 'said 1', 'said 2', 'said 3', 'said last']);
});
