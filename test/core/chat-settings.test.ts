/** Holds what chats stand for. */
import { expect, test } from 'vitest';
import { profileFor } from '../../src/core/chat-settings.ts';
import { sampleChat } from '../support/samples.ts';

const own = { chat: 7, project: 'web', zone: 'Asia/Tokyo' };
const settings = sampleChat({
  profiles: new Map([[7, own]]),
  fallback: { project: 'home', zone: 'Europe/Berlin' },
});

test('a chat that the file speaks of stands for what it says there', () => {
  expect(profileFor(settings, 7)).toBe(own);
});

test('every other chat stands for what all chats do', () => {
  for (const chat of [8, -100, 0])
    expect(profileFor(settings, chat)).toEqual({ chat, project: 'home', zone: 'Europe/Berlin' });
});
