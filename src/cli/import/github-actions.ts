/** Decides what the events of a GitHub workflow become: its schedules crons that start it, the others a suggestion. */
import { usage } from '../input.ts';
import { listOf, readDocument, tableOf, textOf } from './loose.ts';
import type { Loose } from './loose.ts';
import type { Imported, Piece } from './piece.ts';
import { argvKeys } from './shell-line.ts';

/** A workflow and the name of its file; undefined: not known. */
export interface WorkflowFile {
  readonly text: string;
  readonly name: string | undefined;
}

const differences = [
  'Each cron starts the workflow where it is, in the folder of a checkout (`cwd`), with a `gh` that is logged in; the',
  'workflow needs `workflow_dispatch:` for that, and its own `schedule:` has to go. Or write what its jobs do instead.',
];

/** Reads a workflow; `invalid_argument` for what is none. */
export function importWorkflow({ text, name: file }: WorkflowFile): Imported {
  const workflow = tableOf(readDocument(text));
  const name = textOf(workflow['name']) ?? file?.replace(/\.ya?ml$/, '') ?? 'workflow';
  if (workflow['on'] === undefined) throw usage('it is no workflow: it has no `on:`');
  const events = eventsOf(workflow['on']);
  const argv = ['gh', 'workflow', 'run', file ?? name];
  const crons = listOf(events['schedule']).map((entry) => cronPiece(tableOf(entry), { name, argv }));
  const others = Object.keys(events).filter((event) => !['schedule', 'workflow_dispatch'].includes(event));
  const pieces = [...crons, ...others.flatMap((event) => eventPiece(event, name))];
  return { differences, pieces };
}

/** `on: push`, `on: [push, pull_request]`, or a table. */
function eventsOf(on: unknown): Loose {
  const names = typeof on === 'string' ? [on] : listOf(on).flatMap((one) => textOf(one) ?? []);
  return names.length === 0 ? tableOf(on) : Object.fromEntries(names.map((name) => [name, undefined]));
}

interface Start {
  readonly name: string;
  readonly argv: readonly string[];
}

function cronPiece(entry: Loose, { name, argv }: Start): Piece {
  const schedule = textOf(entry['cron']) ?? '';
  const zone = textOf(entry['timezone']) ?? 'UTC';
  return {
    kind: 'cron',
    at: 'on.schedule',
    source: [`cron: ${schedule}`],
    notes: [],
    name,
    keys: [
      ['schedule', schedule],
      ['timezone', zone],
      ['overlap', 'allow'],
      ['missed', 'skip'],
      ...argvKeys(argv, {}),
    ],
  };
}

/** What GitHub can send to a webhook is suggested as one. */
function eventPiece(event: string, name: string): readonly Piece[] {
  const place = { at: `on.${event}`, source: [''] };
  if (event === 'workflow_call' || event === 'workflow_run')
    return [{ kind: 'left-out', ...place, notes: ['it is about other workflows, which GitHub alone knows'] }];
  const id = `${name}-${event}`;
  return [
    {
      kind: 'webhook',
      ...place,
      notes: ['a webhook of the repository can do this: give it this secret, and write what is to be done'],
      name: id,
      keys: [
        ['path', `/hooks/${id.replaceAll(/[^A-Za-z0-9_.-]+/g, '-')}`],
        ['provider', 'github'],
        ['secret', { env: 'GITHUB_WEBHOOK_SECRET' }],
        ['event_filter', event === 'pull_request_target' ? 'pull_request' : event],
        ['action', 'command'],
        ['command', ['./run.sh', '{{ref}}']],
      ],
      isSuggestion: true,
    },
  ];
}
