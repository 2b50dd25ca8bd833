/** Decides which commands there are for triggers: when they fire and what makes them. */
import type { CommandRow } from '../command-spec.ts';
import { MAX_COUNT } from '../limits.ts';
import { dataFlag, typeFlag } from './payload.ts';

const triggerArg = {
  name: 'trigger',
  takes: 'one',
  summary: '`cron:nightly`, or `nightly` where only one has that name',
} as const;

/** Rows of the one table, see `commands.ts`. */
export const triggersCommands: readonly CommandRow[] = [
  {
    name: 'next',
    summary: 'show what fires next',
    details: [
      'Of one trigger or of all; from the configuration file when no service runs. Fires that a pause will hold say so; a cron that is switched off is `disabled in the file`.',
      'With --expression it needs neither: it answers what a cron expression means in a time zone.',
      'With --batch it reads JSON lines {expression, timezone, from, count, id} from standard input and answers each, in order, with {at: […]} or {error}. H stands for what it is in the cron of that id.',
    ],
    args: [{ ...triggerArg, takes: 'optional' }],
    flags: [
      {
        name: 'count',
        short: 'n',
        kind: 'count',
        value: 'N',
        max: MAX_COUNT,
        summary: 'how many, 5 unless told',
      },
      {
        name: 'from',
        kind: 'text',
        value: 'TIME',
        summary: 'count from this time, such as 2026-12-24T18:00 or with an offset',
      },
      { name: 'expression', kind: 'text', value: 'CRON', summary: 'of this expression instead of a trigger' },
      {
        name: 'timezone',
        kind: 'text',
        value: 'ZONE',
        summary: 'the zone of --expression and --from, else the host’s',
      },
      { name: 'batch', kind: 'switch', summary: 'answer questions from standard input' },
    ],
    examples: [
      { line: 'untether next', does: 'the next five fires of all triggers' },
      { line: 'untether next nightly -n 10', does: 'the next ten of one' },
      {
        line: 'untether next --expression "30 2 * * *" --timezone Europe/Berlin --from 2026-03-28 -n 3',
        does: 'what the clock change does to 02:30',
      },
    ],
    needs: 'configuration',
    load: () => import('../commands/next.ts'),
  },
  {
    name: 'why',
    summary: 'explain in a sentence what became of a due moment',
    details: [
      'TIME is 2026-12-24T18:00, with an offset or on the clock that the answer is in, or 18:00 for its last one; without it, the last due moment. That clock is the one of the schedule’s zone, else of default_timezone.',
    ],
    args: [triggerArg, { name: 'time', takes: 'optional', summary: 'the due moment' }],
    flags: [
      {
        name: 'timezone',
        kind: 'text',
        value: 'ZONE',
        summary: 'the zone of TIME, else the one of the answer',
      },
    ],
    examples: [{ line: 'untether why nightly', does: 'why the last one did or did not run' }],
    needs: 'service',
    load: () => import('../commands/why.ts'),
  },
  {
    name: 'fire',
    summary: 'run a trigger now',
    details: [],
    args: [triggerArg],
    flags: [dataFlag, { ...typeFlag, summary: 'the payload’s content type, else told from its bytes' }],
    examples: [
      { line: 'untether fire nightly', does: 'runs it without a payload' },
      { line: 'untether fire webhook:push --data push.json', does: 'runs it as if that had been delivered' },
    ],
    needs: 'service',
    load: () => import('../commands/fire.ts'),
  },
  {
    name: 'at',
    summary: 'run something once, later',
    details: [
      'WHEN is a length of time (30m, 1h30m, 2d) or a time (14:30, tomorrow 9am, 2026-12-24 18:00).',
      'A command is given as words after --command or after --, taken exactly as they are; or as one quoted text, which is split at spaces as a shell would with quotes and backslashes. No shell runs it: a text that needs one (|, >, $, *) is refused.',
    ],
    args: [{ name: 'when', takes: 'many', summary: 'when; several words need no quotes' }],
    flags: [
      { name: 'trigger', kind: 'text', value: 'TRIGGER', summary: 'run this trigger' },
      { name: 'command', kind: 'words', value: 'WORD', summary: 'run this program' },
      { name: 'prompt', kind: 'text', value: 'TEXT', summary: 'start a coding agent on this prompt' },
      { name: 'engine', kind: 'text', value: 'NAME', summary: 'the engine of --prompt' },
      {
        name: 'timezone',
        kind: 'text',
        value: 'ZONE',
        summary: 'the zone WHEN is read in, else the configuration’s',
      },
    ],
    examples: [
      { line: 'untether at 30m --trigger nightly', does: 'fires it in half an hour' },
      {
        line: 'untether at tomorrow 9am --command "deploy --now"',
        does: 'runs a program, given as one text',
      },
      { line: 'untether at 30m --command -- deploy --now', does: 'the same, given as words' },
      { line: 'untether at 18:00 --prompt "Summarise the open issues"', does: 'starts an agent' },
    ],
    needs: 'service',
    load: () => import('../commands/at.ts'),
  },
  {
    name: 'pause',
    summary: 'let nothing fire, or one trigger not',
    details: [
      'What comes due meanwhile is recorded; the trigger’s missed policy decides what becomes of it.',
    ],
    args: [{ ...triggerArg, takes: 'optional' }],
    flags: [
      { name: 'for', kind: 'duration', value: 'TIME', summary: 'end by itself after 30m, 2h, 1d' },
      {
        name: 'until',
        kind: 'text',
        value: 'TIME',
        summary: 'end by itself at 14:30, "tomorrow 9am" or "2026-12-24 18:00", on the configuration’s clock',
      },
    ],
    examples: [
      { line: 'untether pause nightly --for 2h', does: 'pauses one for two hours' },
      { line: 'untether pause nightly --until 14:30', does: 'pauses one until half past two' },
      { line: 'untether pause', does: 'pauses everything until `untether resume`' },
    ],
    needs: 'service',
    load: () => import('../commands/pause.ts'),
  },
  {
    name: 'resume',
    summary: 'end a pause',
    details: ['Without a trigger it ends the pause of everything; pauses of single triggers stay.'],
    args: [{ ...triggerArg, takes: 'optional' }],
    flags: [],
    examples: [{ line: 'untether resume nightly', does: 'lets it fire again' }],
    needs: 'service',
    load: () => import('../commands/resume.ts'),
  },
];
