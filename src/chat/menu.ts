/** Decides which commands a bot offers in its menu: those of the table and those of plugins, for everybody who may write to it. */
import type { ChatCommand } from './command.ts';
import { chatCommands } from './table.ts';

/** A command as it stands in a bot's menu (Bot API, BotCommand). */
export interface MenuEntry {
  /** 1 to 32 of a–z, 0–9 and `_`, without the slash. */
  readonly command: string;
  /** 1 to 256 characters. */
  readonly description: string;
}

/** The menu; what somebody may not use is denied when it is used. */
export function menuOf(more: readonly ChatCommand[]): readonly MenuEntry[] {
  return [...chatCommands, ...more].slice(0, MOST_COMMANDS).map(({ name, summary }) => ({
    command: name,
    description: summary.slice(0, MOST_CHARACTERS) || 'no description',
  }));
}

/** Bot API, setMyCommands: at most 100 commands. */
const MOST_COMMANDS = 100;

/** Bot API, BotCommand: a description has 256 characters at most. */
const MOST_CHARACTERS = 256;
