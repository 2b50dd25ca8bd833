/** Decides which commands there are for triggers: when they fire and what makes them. */
import type { CommandRow, FlagSpec } from '../command-spec.ts';
import { MAX_COUNT } from '../limits.ts';

const triggerArg = {
  name: 'trigger',
  takes: 'one',
  summary: '`cron:nightly`, or `nightly` where only one has that name',
} as const;

const dataFlag: FlagSpec = {
  name: 'data',
  kind: 'text',
  value: 'FILE',
  summary: 'the payload; - reads standard input',
};

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
    flags: [
      dataFlag,
      {
        name: 'type',
        kind: 'text',
        value: 'TYPE',
        summary: 'the payload’s content type, else told from its bytes',
      },
    ],
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
  {
    name: 'filter',
    summary: 'try the filters of a webhook on a payload, and see what decides',
    details: [
      'test asks the event filter and then each expression of the webhook, or the one of --expression instead; it needs no service and no secret. Exit code 0 when the payload passes, else 1.',
      'With --json {passes, reason, event, trials: [{expression, passes, tests: [{text, outcome, detail}]}]}, outcome being true, false, missing or failed.',
    ],
    args: [{ name: 'action', summary: 'test', takes: 'one' }],
    flags: [
      { name: 'webhook', kind: 'text', value: 'ID', summary: 'the webhook whose filters are tried' },
      { name: 'expression', kind: 'text', value: 'CEL', summary: 'this expression instead of its filter' },
      { ...dataFlag, summary: 'the body, {} unless told; - reads standard input' },
      { name: 'event', kind: 'text', value: 'NAME', summary: 'the event, else told from the headers' },
      { name: 'header', kind: 'texts', value: 'HEADER', summary: 'a header, as "Name: value"' },
      { name: 'query', kind: 'text', value: 'QUERY', summary: 'the query of the URL, as "env=prod&n=1"' },
      { name: 'type', kind: 'text', value: 'TYPE', summary: 'the content type, else told from the bytes' },
    ],
    examples: [
      {
        line: 'untether filter test --webhook push --data push.json --event push',
        does: 'says whether that would run',
      },
      {
        line: `untether filter test --expression "body.ref == 'main' && !body.draft" --data push.json`,
        does: 'tries an expression out',
      },
    ],
    needs: 'configuration',
    load: () => import('../commands/filter.ts'),
  },
  {
    name: 'send',
    summary: 'sign a request as the provider would and post it to a webhook',
    details: ['Secrets are taken from the configuration. Exit code 1 when the answer is not 2xx.'],
    args: [{ name: 'webhook', takes: 'one', summary: 'the webhook’s id' }],
    flags: [
      { ...dataFlag, summary: 'the body, {} unless told; - reads standard input' },
      { name: 'event', kind: 'text', value: 'NAME', summary: 'the event, in the provider’s header' },
      { name: 'type', kind: 'text', value: 'TYPE', summary: 'the content type, else told from the bytes' },
    ],
    examples: [{ line: 'untether send push --data push.json --event push', does: 'tries a webhook out' }],
    needs: 'service',
    load: () => import('../commands/send.ts'),
  },
  {
    name: 'verify',
    summary: 'say why a recorded delivery passes the check of its sender, or at which step it fails',
    details: [
      'Headers are lines `Name: value`, as curl -v and the logs of proxies have them, or a JSON object. Exit code 1 when the delivery is refused. Neither a secret nor a good signature is printed. With --json {ok, finding, remedy}.',
    ],
    args: [],
    flags: [
      { name: 'webhook', kind: 'text', value: 'ID', summary: 'the webhook’s id' },
      {
        name: 'headers',
        kind: 'text',
        value: 'FILE',
        summary: 'the request’s headers; - reads standard input',
      },
      { name: 'body', kind: 'text', value: 'FILE', summary: 'its body, byte for byte' },
      { name: 'at', kind: 'text', value: 'TIME', summary: 'when it arrived, else now' },
      {
        name: 'url',
        kind: 'text',
        value: 'URL',
        summary: 'what the sender called, else public_url or the Host header, and the path',
      },
    ],
    examples: [
      {
        line: 'untether verify --webhook push --headers headers.txt --body push.json',
        does: 'says whether it is let in, or why not',
      },
    ],
    needs: 'configuration',
    load: () => import('../commands/verify.ts'),
  },
  {
    name: 'render',
    summary: 'show what the templates of a trigger, or one template, render to',
    details: [
      'Nothing is sent or started, and no service is asked. Secrets and variables are shown by their names; those that are missing are named. Exit code 1 when a template cannot be rendered.',
    ],
    args: [{ name: 'template', takes: 'optional', summary: 'a template as text' }],
    flags: [
      { name: 'webhook', kind: 'text', value: 'ID', summary: 'the templates of this webhook' },
      { name: 'cron', kind: 'text', value: 'ID', summary: 'the templates of this cron' },
      { name: 'key', kind: 'text', value: 'KEY', summary: 'only this one, or those of this table or list' },
      dataFlag,
      { name: 'type', kind: 'text', value: 'TYPE', summary: 'the content type, else told from the bytes' },
    ],
    examples: [
      { line: 'untether render --webhook push --data push.json', does: 'all that it makes of a payload' },
      { line: "untether render 'on {{ref}}' --data push.json", does: 'tries a template out' },
    ],
    needs: 'configuration',
    load: () => import('../commands/render.ts'),
  },
];
