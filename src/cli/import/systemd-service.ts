/** Decides what the service behind a timer becomes: a command, its environment, folder and time limits. */
import type { Keys } from './piece.ts';
import { argvKeys, commandKeys } from './shell-line.ts';
import { spanDuration } from './systemd-span.ts';
import { shellWord, unitWords, withSpecifiers } from './systemd-words.ts';
import type { UnitValues } from './unit-values.ts';

/** The keys of the command, or none with the reason among the notes. */
export interface ReadService {
  readonly keys: Keys | undefined;
  readonly notes: readonly string[];
}

/** Keys that are read, or that say nothing about what runs. */
const READ = new Set([
  ...[
    'Type',
    'ExecStart',
    'ExecStartPre',
    'ExecStartPost',
    'Environment',
    'WorkingDirectory',
    'User',
    'Group',
  ],
  ...['TimeoutStartSec', 'TimeoutSec', 'RuntimeMaxSec', 'TimeoutStopSec', 'SyslogIdentifier'],
]);

/** Reads the section `[Service]`; `unit` is its full name. */
export function readService(service: UnitValues, unit: string): ReadService {
  const commands = ['ExecStartPre', 'ExecStart', 'ExecStartPost'].flatMap((key) => service.all(key));
  if (service.all('ExecStart').length === 0)
    return {
      keys: undefined,
      notes: [`${unit} is not there, or has no ExecStart=: nothing says what to run`],
    };
  const specified = commands.map((line) => withSpecifiers(line, unit));
  const unknown = [...new Set(specified.flatMap((one) => one.unknown))];
  const folder = withSpecifiers(service.last('WorkingDirectory') ?? '', unit).text.replace(/^-/, '');
  const keys: Keys = [
    ...commandOf(
      specified.map(({ text }) => text),
      environmentOf(service, unit),
    ),
    ['cwd', folder === '' ? '/' : folder],
    ...limits(service),
  ];
  return { keys, notes: [...unknown.map(unknownNote), ...userNote(service), ...otherNotes(service)] };
}

/** What may stand before the program: "@" gives it another name, "+" and "!" more rights, ":" no variables. */
const PREFIX = /^[-@:+!|]*/;

function commandOf(lines: readonly string[], env: Readonly<Record<string, string>>): Keys {
  const [line = '', ...more] = lines;
  const mayFail = /^[@:+!|]*-/.test(line);
  const hasVariables = lines.some((one) => /(?<!\$)\$[\w{]/.test(one));
  if (more.length > 0 || mayFail || hasVariables)
    return commandKeys({ line: lines.map(shellLine).join(' && '), env });
  return argvKeys(
    wordsOf(line).map((word) => word.replaceAll('$$', '$')),
    env,
  );
}

function wordsOf(line: string): readonly string[] {
  const words = unitWords(line.replace(PREFIX, ''));
  // Behind "@", the second word is the name that the program sees.
  return (PREFIX.exec(line)?.[0] ?? '').includes('@') ? words.filter((_, index) => index !== 1) : words;
}

function shellLine(line: string): string {
  const text = wordsOf(line).map(shellWord).join(' ');
  return /^[@:+!|]*-/.test(line) ? `{ ${text} || true; }` : text;
}

function environmentOf(service: UnitValues, unit: string): Readonly<Record<string, string>> {
  const words = service.all('Environment').flatMap((line) => unitWords(withSpecifiers(line, unit).text));
  return Object.fromEntries(
    words.map((word) => [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)]),
  );
}

function limits(service: UnitValues): Keys {
  const timeout =
    service.last('TimeoutStartSec') ?? service.last('TimeoutSec') ?? service.last('RuntimeMaxSec');
  const pairs = [
    ['timeout', spanDuration(timeout ?? '')],
    ['kill_grace', spanDuration(service.last('TimeoutStopSec') ?? '')],
  ] as const;
  return pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}

function unknownNote(specifier: string): string {
  return `the specifier ${specifier} depends on the machine and stands as it is: write what it means`;
}

function userNote(service: UnitValues): readonly string[] {
  const user = service.last('User');
  if (user === undefined) return [];
  const group = service.last('Group');
  const both = group === undefined ? user : `${user}, group ${group}`;
  return [
    `it ran as the user ${both}; here as the user of the service, unless the command begins with sudo -u`,
  ];
}

function otherNotes(service: UnitValues): readonly string[] {
  const kind = service.last('Type') ?? 'simple';
  const odd = ['simple', 'exec', 'oneshot'].includes(kind)
    ? []
    : [`Type=${kind}: here a run lasts as long as the program that is started`];
  return [...odd, ...service.unread(READ).map((line) => `${line} has no counterpart`)];
}
