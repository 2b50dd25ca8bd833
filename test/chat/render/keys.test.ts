/** Holds keys to naming one message each. */
import { expect, test } from 'vitest';
import { asideKey, runKey } from '../../../src/chat/render/keys.ts';
import { CHAT, KEY, RUN } from './samples.ts';

test('a key names run, chat and part; topics of a chat share it', () => {
  expect(runKey(RUN, CHAT, 0)).toBe(`${KEY}:0`);
  expect(runKey(RUN, { ...CHAT, thread: 7 }, 2)).toBe(`${KEY}:2`);
  expect(asideKey(RUN, CHAT, 'notice:0')).toBe(`${KEY}:notice:0`);
});
