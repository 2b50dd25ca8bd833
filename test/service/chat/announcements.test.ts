/** An answer that was announced takes the place of the announcement, in this life or the next, and once. */
import { expect, test } from 'vitest';
import type { ChatLedger } from '../../../src/core/chat-ledger.ts';
import { silentLog } from '../../../src/core/log.ts';
import type { OutgoingMessage } from '../../../src/core/message.ts';
import { MemoryLedger } from '../../../src/ledger/memory/ledger.ts';
import { endAnnouncements, recordAnnouncement } from '../../../src/service/chat/announcements.ts';
import type { AnnouncementDeps } from '../../../src/service/chat/announcements.ts';
import { sampleMessage } from './samples.ts';

const KEY = 'update:7:1:0';
const answer = (text: string): OutgoingMessage => ({
  ...sampleMessage({ key: KEY, kind: 'answer' }),
  content: { text, silent: false },
});
const announced = answer('Reloading…');

function depsOf(ledger: ChatLedger): AnnouncementDeps {
  return { ledger, log: silentLog, tell: (messages) => ledger.post(messages, 1) };
}

/** What the chat reads, and whether anything is owed. */
async function told(ledger: ChatLedger): Promise<readonly [text: string | undefined, owed: number]> {
  return [(await ledger.message(KEY))?.content.text, (await ledger.memories('announced:')).size];
}

test('a reply that announces nothing owes nothing', async () => {
  const { chat: ledger } = new MemoryLedger();
  expect(await recordAnnouncement({ messages: [announced] }, depsOf(ledger))).toEqual({
    messages: [announced],
  });
  expect(await told(ledger)).toEqual([undefined, 0]);
});

test('the answer follows once the announcement is recorded', async () => {
  const { chat: ledger } = new MemoryLedger();
  const later = Promise.withResolvers<readonly OutgoingMessage[]>();
  const reply = await recordAnnouncement({ messages: [announced], later: later.promise }, depsOf(ledger));
  later.resolve([answer('done')]);
  await new Promise(setImmediate);
  expect(await told(ledger)).toEqual([undefined, 1]);
  await ledger.post(reply.messages, 1);
  reply.onRecorded?.();
  await expect.poll(() => told(ledger)).toEqual(['done', 0]);
});

test.each([
  ['announced, and nothing more', [announced], 'began anew'],
  ['answered, if not yet crossed off', [announced, answer('done')], 'done'],
  ['never recorded, so that it is asked again', [], undefined],
] as const)('a next life ends what was %s', async (_, messages, text) => {
  const { chat: ledger } = new MemoryLedger();
  await recordAnnouncement({ messages: [announced], later: new Promise(() => {}) }, depsOf(ledger));
  for (const message of messages) await ledger.post([message], 1);
  await endAnnouncements('began anew', depsOf(ledger));
  expect(await told(ledger)).toEqual([text, 0]);
});
