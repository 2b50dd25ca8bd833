/** Decides what the jobs of an Ofelia configuration become; docs/jobs.md of mcuadros/ofelia. */
import { usage } from '../input.ts';
import { readIni } from './ini.ts';
import type { Assignment } from './ini.ts';
import { dockerArgv } from './ofelia-docker.ts';
import { jobOf } from './ofelia-job.ts';
import type { OfeliaJob } from './ofelia-job.ts';
import type { Imported, Keys, Piece } from './piece.ts';
import { argvKeys } from './shell-line.ts';
import { unitWords } from './systemd-words.ts';

const differences = [
  'Runs of a job overlap unless it said `no-overlap`, and nothing is made up, as before. A run ends after an hour,',
  'unless `timeout` says otherwise. A local job ran where Ofelia runs, which may be a container.',
];

const READ = new Set([
  ...['schedule', 'command', 'container', 'image', 'user', 'network', 'delete', 'tty', 'volume', 'hostname'],
  ...['environment', 'env', 'dir', 'no-overlap', 'max-runtime'],
]);

/** Reads the text of a `config.ini`; `invalid_argument` for one without any job. */
export function importOfelia(text: string): Imported {
  const { assignments, wrong } = readIni(text);
  const sections = [...new Set(assignments.map(({ section }) => section))];
  if (!sections.some((section) => section.startsWith('job-')))
    throw usage('it has no job: Ofelia reads sections such as [job-local "name"]');
  const lost = wrong.map(({ line, text: written }): Piece => {
    const why = 'it is no section, no assignment and no comment';
    return { kind: 'left-out', at: `line ${line}`, source: [written], notes: [why] };
  });
  const pieces = sections.map((section) =>
    pieceOf(
      section,
      assignments.filter((one) => one.section === section),
    ),
  );
  return { differences, pieces: [...pieces, ...lost] };
}

function pieceOf(section: string, assignments: readonly Assignment[]): Piece {
  const place = { at: `[${section}]`, source: assignments.map(({ key, value }) => `${key} = ${value}`) };
  const [, kind, name] = /^(job-(?:exec|run|local|service-run))\s+"?([^"]*)"?$/.exec(section) ?? [];
  if (kind === undefined || name === undefined)
    return { kind: 'left-out', ...place, notes: ['it is no job: reports go to chats here, see `notify`'] };
  const job = jobOf(kind, assignments);
  const argv = kind === 'job-local' ? unitWords(job.last('command') ?? '') : dockerArgv(job);
  const schedule = job.last('schedule');
  if (schedule === undefined || argv.length === 0)
    return { kind: 'left-out', ...place, notes: ['it lacks a schedule or a command'] };
  const notes = assignments
    .filter(({ key }) => !READ.has(key.toLowerCase()))
    .map(({ key, value }) => `${key} = ${value} has no counterpart`);
  const isLocal = kind === 'job-local';
  const own = [...serviceNotes(kind), ...fieldNotes(schedule)];
  const keys: Keys = [...when(schedule), ...rules(job), ...argvKeys(argv, isLocal ? environment(job) : {})];
  const folder = isLocal ? job.last('dir') : undefined;
  return {
    kind: 'cron',
    ...place,
    notes: [...own, ...notes],
    name,
    keys: folder === undefined ? keys : [...keys, ['cwd', folder]],
  };
}

function serviceNotes(kind: string): readonly string[] {
  return kind === 'job-service-run'
    ? ['the service stays in the swarm after its run: remove it with docker service rm']
    : [];
}

/** Before robfig/cron 3, five fields were second, minute, hour, day and month. */
function fieldNotes(schedule: string): readonly string[] {
  const isFive = schedule.split(/\s+/).length === 5 && !schedule.includes('TZ=');
  return isFive
    ? ['older releases read its five fields from the second on; here they begin with the minute']
    : [];
}

/** A zone may stand before the fields, as robfig/cron reads them. */
function when(schedule: string): Keys {
  const [, zone, rest] = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(schedule) ?? [];
  return zone === undefined || rest === undefined
    ? [['schedule', schedule]]
    : [
        ['schedule', rest],
        ['timezone', zone],
      ];
}

function rules(job: OfeliaJob): Keys {
  const longest = job.last('max-runtime');
  return [
    ['overlap', job.isOn('no-overlap', 'off') ? 'skip' : 'allow'],
    ['missed', 'skip'],
    ...(longest === undefined ? [] : ([['timeout', longest]] as const)),
  ];
}

function environment(job: OfeliaJob): Readonly<Record<string, string>> {
  const all = [...job.all('environment'), ...job.all('env')];
  return Object.fromEntries(all.map((one) => [one.split('=', 1)[0] ?? '', one.slice(one.indexOf('=') + 1)]));
}
