/** Holds the table of commands to what Telegram takes of a menu, and the buttons to what it carries. */
import { describe, expect, test } from 'vitest';
import { buttonRow, buttonRows } from '../../src/chat/buttons.ts';
import { menuOf } from '../../src/chat/menu.ts';
import { chatCommands } from '../../src/chat/table.ts';

describe('the table', () => {
  test('names each command once', () => {
    const names = chatCommands.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  test.for(chatCommands)(
    '$name has a name, a summary and usage that Telegram and people can use',
    (command) => {
      expect(command.name).toMatch(/^[a-z0-9_]{1,32}$/);
      expect(command.summary.length).toBeGreaterThanOrEqual(3);
      expect(command.usage.length).toBeGreaterThan(0);
      expect([...new Set(command.usage)]).toEqual(command.usage);
      expect(command.examples.length).toBeGreaterThan(0);
    },
  );
});

test('the menu holds all of them, none with more words than Telegram takes', () => {
  const menu = menuOf([]);
  expect(menu.map(({ command }) => command)).toEqual(chatCommands.map(({ name }) => name));
  for (const { description } of menu) expect(description.length).toBeLessThanOrEqual(256);
  expect(menu.length).toBeLessThanOrEqual(100);
});

describe('a button', () => {
  test('that carries more than Telegram takes is left out, counted in bytes', () => {
    const fits = { label: 'a', command: `/mute ${'x'.repeat(58)}` };
    const tooLong = { label: 'b', command: `/mute ${'x'.repeat(59)}` };
    const inBytes = { label: 'c', command: `/mute ${'ü'.repeat(30)}` };
    expect(buttonRow(fits, tooLong, inBytes)).toEqual([fits]);
    expect(buttonRows([], buttonRow(tooLong), [fits])).toEqual([[fits]]);
  });
});
