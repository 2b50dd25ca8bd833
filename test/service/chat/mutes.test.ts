/** Holds a mute to its chat, its trigger and its time, across restarts. */
import { expect, test } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { Mutes } from '../../../src/service/chat/mutes.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const nightly = triggerId('cron', 'nightly');
const hourly = triggerId('cron', 'hourly');
const chat = 'default/42';

test('a trigger is muted in one chat until its time is over', async () => {
  const clock = new FakeClock();
  const mutes = await Mutes.load(new MemoryLedger().chat, clock);
  expect(await mutes.mute(nightly, chat, 60_000)).toBe(clock.now() + 60_000);
  expect(mutes.isMuted(nightly, chat)).toBe(true);
  expect(mutes.isMuted(nightly, 'default/43')).toBe(false);
  expect(mutes.isMuted(hourly, chat)).toBe(false);
  await clock.advance(59_999);
  expect(mutes.isMuted(nightly, chat)).toBe(true);
  await clock.advance(1);
  expect(mutes.isMuted(nightly, chat)).toBe(false);
});

test('muting for no time ends it', async () => {
  const { chat: ledger } = new MemoryLedger();
  const mutes = await Mutes.load(ledger, new FakeClock());
  await mutes.mute(nightly, chat, 60_000);
  await mutes.mute(nightly, chat, 0);
  expect(mutes.isMuted(nightly, chat)).toBe(false);
  expect(await ledger.memories('mute:')).toEqual(new Map());
});

test('the next start takes it up, and forgets those that are over', async () => {
  const clock = new FakeClock();
  const { chat: ledger } = new MemoryLedger();
  const before = await Mutes.load(ledger, clock);
  await before.mute(nightly, chat, 60_000);
  await before.mute(hourly, chat, 10_000);
  await ledger.remember('mute:damaged', 'yesterday');
  await clock.advance(10_000);
  const after = await Mutes.load(ledger, clock);
  expect([after.isMuted(nightly, chat), after.isMuted(hourly, chat)]).toEqual([true, false]);
  expect([...(await ledger.memories('mute:')).keys()]).toEqual([`mute:${chat}:cron:nightly`]);
});
