/** Holds the guide to chat to the table of its commands. */
import { describe, expect, test } from 'vitest';
import { chatCommands } from '../../../src/chat/table.ts';
import { chatPage } from '../../../tools/docs/chat.ts';

test('docs/chat.md is what the table says now (`npm run docs` writes it anew)', async () => {
  await expect(chatPage(chatCommands)).toMatchFileSnapshot('../../../docs/chat.md');
});

describe('the table', () => {
  test('names each command once, as Telegram takes it', () => {
    const names = chatCommands.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
    // Bot API, BotCommand: 1 to 32 lower-case letters, digits and underscores.
    for (const name of names) expect(name).toMatch(/^[a-z0-9_]{1,32}$/);
  });

  test.each(chatCommands)('gives /$name an example and a way to write it', ({ examples, usage }) => {
    expect(examples.length).toBeGreaterThan(0);
    expect(usage.length).toBeGreaterThan(0);
  });
});
