/** Decides whether what a module exports is a plugin, and what it can do. */
import type { CommandShape, PluginShape } from './protocol.ts';

/** The shape, or what is wrong in words. */
export type Checked =
  { readonly ok: true; readonly shape: PluginShape } | { readonly ok: false; readonly reason: string };

/** Bot API, BotCommand: 1 to 32 of a–z, 0–9 and `_`. */
const COMMAND = /^[a-z][a-z0-9_]{0,31}$/;
const ACTION = /^[A-Za-z][\w-]{0,63}$/;
const ROLES = ['user', 'operator', 'admin'] as const;

/** What the default export of a plugin comes to; everything in it is looked at once. */
export function shapeOf(exported: unknown): Checked {
  if (!isTable(exported)) return wrong('the default export is no plugin: export default definePlugin({ … })');
  const stray = Object.keys(exported).find((key) => !KNOWN.includes(key));
  if (stray !== undefined) return wrong(`a plugin has no "${stray}"; it may have ${KNOWN.join(', ')}`);
  if (exported['init'] !== undefined && typeof exported['init'] !== 'function')
    return wrong('"init" is no function');
  const commands = each('commands', exported['commands'], commandOf);
  if (typeof commands === 'string') return wrong(commands);
  const twice = commands.find(({ name }, index) => commands.findIndex((one) => one.name === name) !== index);
  if (twice !== undefined) return wrong(`the command /${twice.name} is there twice`);
  const actions = each('actions', exported['actions'], actionOf);
  if (typeof actions === 'string') return wrong(actions);
  const description = exported['description'];
  return {
    ok: true,
    shape: { description: typeof description === 'string' ? description : '', commands, actions },
  };
}

/** Names of commands compare in lower case, after composing what is written in two characters (NFC). */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

const KNOWN = ['description', 'commands', 'actions', 'init'];

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(reason: string): Checked {
  return { ok: false, reason };
}

/** What each entry of a table comes to; a text is what is wrong. */
function each<T>(
  name: string,
  table: unknown,
  read: (key: string, value: Table) => T | Fault,
): readonly T[] | string {
  if (table === undefined) return [];
  if (!isTable(table)) return `"${name}" is no object`;
  const found: T[] = [];
  for (const [key, value] of Object.entries(table)) {
    if (!isTable(value) || typeof value['run'] !== 'function')
      return `"${name}.${key}" has no function "run"`;
    const one = read(key, value);
    if (isFault(one)) return one.fault;
    found.push(one);
  }
  return found;
}

interface Fault {
  readonly fault: string;
}

function isFault(value: unknown): value is Fault {
  return isTable(value) && 'fault' in value;
}

function commandOf(key: string, { summary, usage = [''], role = 'user' }: Table): CommandShape | Fault {
  const name = foldedName(key);
  if (!COMMAND.test(name))
    return { fault: `"${key}" is no name of a command: a letter, then letters, digits and _, 32 at most` };
  const known = ROLES.find((one) => one === role);
  if (known === undefined) return { fault: `"commands.${key}.role" is none of ${ROLES.join(', ')}` };
  const lines = Array.isArray(usage) ? usage.filter((line) => typeof line === 'string') : [''];
  return {
    name,
    key,
    summary: typeof summary === 'string' ? oneLine(summary) : '',
    usage: lines,
    role: known,
  };
}

function actionOf(key: string): string | Fault {
  return ACTION.test(key) ? key : { fault: `"${key}" is no name of an action: letters, digits, _ and -` };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 256);
}
