/** Decides which commands there are for runs: what they did and what becomes of them. */
import { runStates } from '../../core/run.ts';
import type { CommandRow } from '../command-spec.ts';
import { MAX_ROWS } from '../limits.ts';

const runArg = {
  name: 'run',
  takes: 'one',
  summary: 'the id of a run, or six or more characters of its beginning or end',
} as const;

/** Rows of the one table, see `commands.ts`. */
export const runsCommands: readonly CommandRow[] = [
  {
    name: 'runs',
    summary: 'list runs, or show one',
    details: [
      `A --state that is one of ${runStates.join(', ')} selects runs; any other names the state folder, as everywhere (write ./failed for a folder of such a name).`,
    ],
    args: [{ ...runArg, takes: 'optional' }],
    flags: [
      { name: 'trigger', kind: 'text', value: 'TRIGGER', summary: 'only of this trigger' },
      { name: 'state', kind: 'texts', value: 'STATE', summary: 'only in this state; else the state folder' },
      { name: 'dead', kind: 'switch', summary: 'only dead letters: failed runs that none repeats' },
      { name: 'limit', kind: 'count', value: 'N', max: MAX_ROWS, summary: 'at most so many, 50 unless told' },
    ],
    examples: [
      { line: 'untether runs --trigger nightly --state failed', does: 'its failures, newest first' },
      { line: 'untether runs --dead', does: 'what failed and was not run again' },
      { line: 'untether runs 5c1d07', does: 'everything about one' },
    ],
    needs: 'service',
    load: () => import('../commands/runs.ts'),
  },
  {
    name: 'logs',
    summary: 'print what a run has written',
    details: ['On a terminal control sequences are taken out, unless --raw.'],
    args: [runArg],
    flags: [
      { name: 'follow', short: 'f', kind: 'switch', summary: 'go on until the run ends' },
      { name: 'raw', kind: 'switch', summary: 'keep control sequences on a terminal' },
    ],
    examples: [{ line: 'untether logs -f 5c1d07', does: 'follows a run' }],
    needs: 'service',
    load: () => import('../commands/logs.ts'),
  },
  {
    name: 'cancel',
    summary: 'end a run, whether it waits or runs',
    details: [],
    args: [runArg],
    flags: [],
    examples: [{ line: 'untether cancel 7e42aa', does: 'ends it' }],
    needs: 'service',
    load: () => import('../commands/cancel.ts'),
  },
  {
    name: 'retry',
    summary: 'run a finished run again, as a new one',
    details: [
      'It does what the old one did, whatever its trigger does now; `replay` begins under the present file.',
    ],
    args: [runArg],
    flags: [],
    examples: [{ line: 'untether retry 5c1d07', does: 'the same payload, the same work' }],
    needs: 'service',
    load: () => import('../commands/retry.ts'),
  },
  {
    name: 'replay',
    summary: 'run what failed in a stretch of time again, under the file as it is now',
    details: [
      'Each is a new run with the payload of the old one, under its trigger as it is configured now. Without --state and --all these are the dead letters of the stretch: failed runs that none repeats.',
      `A --state that is one of ${runStates.join(', ')} selects runs; any other names the state folder.`,
    ],
    args: [],
    flags: [
      { name: 'since', kind: 'text', value: 'TIME', summary: 'from so long ago, or from a time on' },
      {
        name: 'until',
        kind: 'text',
        value: 'TIME',
        summary: 'until so long ago, or a time; now unless told',
      },
      { name: 'trigger', kind: 'text', value: 'TRIGGER', summary: 'only of this trigger' },
      { name: 'state', kind: 'texts', value: 'STATE', summary: 'those that ended so; else the state folder' },
      { name: 'all', kind: 'switch', summary: 'everything that came in, whatever became of it' },
      { name: 'dry-run', kind: 'switch', summary: 'only list them' },
    ],
    examples: [
      { line: 'untether replay --since 2h --dry-run', does: 'lists what failed in the last two hours' },
      { line: 'untether replay --since 2h --trigger nightly', does: 'runs that of one trigger again' },
    ],
    needs: 'service',
    load: () => import('../commands/replay.ts'),
  },
];
