/** Decides whether what a module exports is a plugin, and what it can do. */
import { isPartName } from '../core/plugin.ts';
import type { CommandShape, PluginShape, VerifierShape } from './protocol.ts';

/** The shape, or what is wrong in words. */
export type Checked =
  { readonly ok: true; readonly shape: PluginShape } | { readonly ok: false; readonly reason: string };

/** Bot API, BotCommand: 1 to 32 of a–z, 0–9 and `_`. */
const COMMAND = /^[a-z][a-z0-9_]{0,31}$/;
/** Names of header fields (RFC 9110 §5.6.2). */
const HEADER = /^[\w!#$%&'*+.^`|~-]+$/;
const ROLES = ['user', 'operator', 'admin'] as const;

/** What the default export of a plugin comes to; everything in it is looked at once. */
export function shapeOf(exported: unknown): Checked {
  if (!isTable(exported)) return wrong('the default export is no plugin: export default definePlugin({ … })');
  const stray = Object.keys(exported).find((key) => !KNOWN.includes(key));
  if (stray !== undefined) return wrong(`a plugin has no "${stray}"; it may have ${KNOWN.join(', ')}`);
  if (exported['init'] !== undefined && typeof exported['init'] !== 'function')
    return wrong('"init" is no function');
  const commands = each(exported, { name: 'commands', runs: 'run', read: commandOf });
  if (typeof commands === 'string') return wrong(commands);
  const twice = commands.find(({ name }, index) => commands.findIndex((one) => one.name === name) !== index);
  if (twice !== undefined) return wrong(`the command /${twice.name} is there twice`);
  const actions = each(exported, { name: 'actions', runs: 'run', read: partOf('an action') });
  if (typeof actions === 'string') return wrong(actions);
  const verifiers = each(exported, { name: 'verifiers', runs: 'verify', read: verifierOf });
  if (typeof verifiers === 'string') return wrong(verifiers);
  const filters = each(exported, { name: 'filters', runs: undefined, read: partOf('a filter') });
  if (typeof filters === 'string') return wrong(filters);
  const { description: written } = exported;
  const description = typeof written === 'string' ? written : '';
  return { ok: true, shape: { description, commands, actions, verifiers, filters } };
}

/** Names of commands compare in lower case, after composing what is written in two characters (NFC). */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

const KNOWN = ['description', 'commands', 'actions', 'verifiers', 'filters', 'init'];

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(reason: string): Checked {
  return { ok: false, reason };
}

/** A table of what a plugin can do. */
interface Part<T> {
  readonly name: string;
  /** The function that each entry has; undefined: each entry is one itself. */
  readonly runs: 'run' | 'verify' | undefined;
  readonly read: (key: string, value: Table) => T | Fault;
}

/** What each entry of a table comes to; a text is what is wrong. */
function each<T>(exported: Table, { name, runs, read }: Part<T>): readonly T[] | string {
  const table = exported[name];
  if (table === undefined) return [];
  if (!isTable(table)) return `"${name}" is no object`;
  const found: T[] = [];
  for (const [key, value] of Object.entries(table)) {
    const own = isTable(value) ? value : {};
    if (typeof (runs === undefined ? value : own[runs]) !== 'function')
      return runs === undefined
        ? `"${name}.${key}" is no function`
        : `"${name}.${key}" has no function "${runs}"`;
    const one = read(key, own);
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

function partOf(noun: string): (key: string) => string | Fault {
  return (key) =>
    isPartName(key) ? key : { fault: `"${key}" is no name of ${noun}: letters, digits, _ and -` };
}

function verifierOf(key: string, { headers = [] }: Table): VerifierShape | Fault {
  const name = partOf('a verifier')(key);
  if (typeof name !== 'string') return name;
  const given: readonly unknown[] = Array.isArray(headers) ? headers : [headers];
  if (!Array.isArray(headers) || !given.every(isHeader))
    return { fault: `"verifiers.${key}.headers" is no list of names of headers` };
  return { name, headers: given.map((one) => one.toLowerCase()) };
}

function isHeader(value: unknown): value is string {
  return typeof value === 'string' && HEADER.test(value);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 256);
}
