/** Holds keys to naming one message each. */
import { expect, test } from 'vitest';
import { answerKey, noticeKey, runKey } from '../../src/chat/keys.ts';
import type { Destination } from '../../src/core/message.ts';
import { CHAT, KEY, RUN } from './render/samples.ts';

test('a key names run, chat and part; topics of a chat share it', () => {
  expect(runKey(RUN, CHAT, 0)).toBe(`${KEY}:0`);
  const topic: Destination = { ...CHAT, thread: 7 };
  expect(runKey(RUN, topic, 2)).toBe(`${KEY}:2`);
  expect(runKey(RUN, CHAT, 'notice:0')).toBe(`${KEY}:notice:0`);
});

test('an answer is named by what it answers, a notice by what it is about', () => {
  expect(answerKey('update:42:7', 1)).toBe('update:42:7:1');
  expect(noticeKey('reload')).toBe('notice:reload');
  expect(noticeKey('condition', 'store_unavailable', 12, 0)).toBe('notice:condition:store_unavailable:12:0');
});
