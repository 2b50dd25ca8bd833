/** Decides what a crontab becomes, by crontab(5): of users, and of the system with a column for the user. */
import { crontabLines } from './crontab-lines.ts';
import type { CronLine } from './crontab-lines.ts';
import { cronSchedule } from './crontab-schedule.ts';
import { commandKeys, nameOf } from './shell-line.ts';
import type { Imported, Keys, Piece, TriggerPiece } from './piece.ts';

/** Where a crontab is from. */
export interface CrontabForm {
  /** Its lines name the user after the schedule, as in /etc/crontab and /etc/cron.d. */
  readonly hasUsers: boolean;
}

const differences = [
  'Runs of a job may overlap and nothing is made up after the machine was down, as with cron; leave `overlap` and',
  '`missed` out for what is usual here. A run ends after an hour, unless `timeout` says otherwise.',
];

/** Variables that cron reads itself; crontab(5), also of Cronie. */
const CRONS_OWN = new Set([
  'SHELL',
  'HOME',
  'LOGNAME',
  'USER',
  'MAILTO',
  'MAILFROM',
  'CRON_TZ',
  'RANDOM_DELAY',
]);

/** Reads the text of a crontab. */
export function importCrontab(text: string, form: CrontabForm): Imported {
  let variables: Readonly<Record<string, string>> = {};
  let above: readonly string[] = [];
  const pieces: Piece[] = [];
  for (const line of crontabLines(text, form)) {
    if (line.kind === 'comment') {
      above = [...above, line.text];
      continue;
    }
    if (line.kind === 'variable') variables = { ...variables, [line.name]: line.value };
    const piece = pieceOf(line, variables);
    if (piece === undefined) continue;
    pieces.push({ ...piece, source: [...piece.source, ...above] });
    above = [];
  }
  const rest: Piece = { kind: 'left-out', at: '', source: above, notes: [] };
  return { differences, pieces: above.length === 0 ? pieces : [...pieces, rest] };
}

type Telling = Exclude<CronLine, { readonly kind: 'comment' }>;

function pieceOf(line: Telling, variables: Readonly<Record<string, string>>): Piece | undefined {
  const place = { at: `line ${line.number}`, source: [line.text] };
  switch (line.kind) {
    case 'wrong':
      return { kind: 'left-out', ...place, notes: [line.why] };
    case 'variable': {
      const why = variableNote(line.name, line.value);
      return why === undefined ? undefined : { kind: 'left-out', ...place, notes: [why] };
    }
    case 'job':
      return { ...place, ...jobOf(line, variables) };
  }
}

function jobOf(
  line: Extract<CronLine, { readonly kind: 'job' }>,
  variables: Readonly<Record<string, string>>,
): Omit<TriggerPiece, 'at' | 'source'> {
  const { expression, notes } = cronSchedule(line.schedule);
  const missed: Keys = expression === '@reboot' ? [] : [['missed', 'skip']];
  return {
    kind: 'cron',
    name: nameOf(line.line),
    notes: [...notes, ...userNotes(line.user)],
    keys: [
      ['schedule', expression],
      ...zoneKeys(variables),
      ...delayKeys(variables),
      ['overlap', 'allow'],
      ...missed,
      ...commandKeys({ ...line, shell: variables['SHELL'], env: passedOn(variables) }),
      ['cwd', variables['HOME'] ?? '~'],
    ],
  };
}

function variableNote(name: string, value: string): string | undefined {
  if (name !== 'MAILTO' && name !== 'MAILFROM') return undefined;
  return name === 'MAILTO' && value === ''
    ? undefined
    : 'nothing is mailed: `untether logs` shows the output, `notify = { on = ["failure"] }` tells a chat';
}

function userNotes(user: string | undefined): readonly string[] {
  return user === undefined
    ? []
    : [`it ran as the user ${user}; here as the user of the service, unless the command begins with sudo -u`];
}

function zoneKeys(variables: Readonly<Record<string, string>>): Keys {
  const zone = variables['CRON_TZ'] ?? '';
  return zone === '' ? [] : [['timezone', zone.replace(/^:/, '')]];
}

/** Minutes in Cronie's RANDOM_DELAY. */
function delayKeys(variables: Readonly<Record<string, string>>): Keys {
  const minutes = Number(variables['RANDOM_DELAY'] ?? 0);
  return minutes > 0 ? [['jitter', `${minutes}m`]] : [];
}

function passedOn(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !CRONS_OWN.has(name)));
}
