/** Holds that what a request without a name came to stays what it came to. */
import { expect, test } from 'vitest';
import { newRunId } from '../../../src/core/ids.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { decide } from '../../../src/service/control/decide.ts';

const chat = 'default/7';
const [one, two] = [newRunId(), newRunId()];

test('the first choice of a request answers every later one, whatever could be meant by then', async () => {
  const { chat: ledger } = new MemoryLedger();
  expect(await decide(ledger, { chat, request: 'a', choice: [one] })).toEqual([one]);
  expect(await decide(ledger, { chat, request: 'a', choice: [two] })).toEqual([one]);
  expect(await decide(ledger, { chat, request: 'a', choice: [] })).toEqual([one]);
});

test('a new request means something new, and one of another chat its own', async () => {
  const { chat: ledger } = new MemoryLedger();
  await decide(ledger, { chat, request: 'a', choice: [one] });
  expect(await decide(ledger, { chat: 'default/8', request: 'a', choice: [two] })).toEqual([two]);
  expect(await decide(ledger, { chat, request: 'b', choice: [two] })).toEqual([two]);
});

test('an empty choice is none: it keeps nothing and forgets nothing', async () => {
  const { chat: ledger } = new MemoryLedger();
  await decide(ledger, { chat, request: 'a', choice: [one] });
  expect(await decide(ledger, { chat, request: 'b', choice: [] })).toEqual([]);
  expect(await decide(ledger, { chat, request: 'a', choice: [] })).toEqual([one]);
});
