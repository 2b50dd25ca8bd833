/** Decides which commands there are for trying out what a delivery would meet, before a sender does. */
import type { CommandRow, FlagSpec } from '../command-spec.ts';
import { dataFlag, typeFlag } from './payload.ts';

const bodyFlag: FlagSpec = { ...dataFlag, summary: 'the body, {} unless told; - reads standard input' };

/** Rows of the one table, see `commands.ts`. */
export const trialsCommands: readonly CommandRow[] = [
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
      bodyFlag,
      { name: 'event', kind: 'text', value: 'NAME', summary: 'the event, else told from the headers' },
      { name: 'header', kind: 'texts', value: 'HEADER', summary: 'a header, as "Name: value"' },
      { name: 'query', kind: 'text', value: 'QUERY', summary: 'the query of the URL, as "env=prod&n=1"' },
      typeFlag,
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
      bodyFlag,
      { name: 'event', kind: 'text', value: 'NAME', summary: 'the event, in the provider’s header' },
      typeFlag,
    ],
    examples: [{ line: 'untether send push --data push.json --event push', does: 'tries a webhook out' }],
    needs: 'service',
    load: () => import('../commands/send.ts'),
  },
  {
    name: 'verify',
    summary: 'say why a recorded delivery passes the check of its sender, or at which step it fails',
    details: [
      'Headers are lines `Name: value`, as curl -v and the logs of proxies have them, or a JSON object. Exit code 1 when the delivery is refused. Neither a secret nor a good signature is printed. A plugin that verifies the sender is begun for it and asked. With --json {ok, finding, remedy}.',
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
      'Nothing is sent or started but the plugins whose filters are used, and no service is asked. Secrets and variables are shown by their names; those that are missing are named. Exit code 1 when a template cannot be rendered.',
    ],
    args: [{ name: 'template', takes: 'optional', summary: 'a template as text' }],
    flags: [
      { name: 'webhook', kind: 'text', value: 'ID', summary: 'the templates of this webhook' },
      { name: 'cron', kind: 'text', value: 'ID', summary: 'the templates of this cron' },
      { name: 'key', kind: 'text', value: 'KEY', summary: 'only this one, or those of this table or list' },
      dataFlag,
      typeFlag,
    ],
    examples: [
      { line: 'untether render --webhook push --data push.json', does: 'all that it makes of a payload' },
      { line: "untether render 'on {{ref}}' --data push.json", does: 'tries a template out' },
    ],
    needs: 'configuration',
    load: () => import('../commands/render.ts'),
  },
];
