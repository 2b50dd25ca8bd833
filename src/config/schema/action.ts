/** Decides the keys that say what a trigger does: the same for crons and webhooks. */
import * as z from 'zod';
import type { ActionKind } from '../../core/action.ts';
import { fetchTable } from './fetch.ts';
import { body, flag, key, oneOf, text, whole, word } from './key.ts';
import { names, ranges, valueTable } from './values.ts';

/** The actions there are. */
const actionKinds = [
  'agent_run',
  'command',
  'http_forward',
  'file_write',
  'notify_only',
] as const satisfies readonly ActionKind[];

const actionError = { error: `expected ${oneOf([...actionKinds, 'plugin:ID'])}` };

/** One of them, or a plugin's. */
const actionWord = z.union([z.enum(actionKinds), z.templateLiteral(['plugin:', z.string()])], actionError);

/** `budget`. */
export const budgetTable = z.strictObject(
  {
    runs_per_day: key(whole(1).optional(), {
      description: 'Runs a day, of the default time zone.',
      reload: 'applied',
      otherwise: 'no bound',
    }),
    cost_per_day: key(
      z.number({ error: 'expected an amount in US dollars' }).positive('must be more than 0').optional(),
      {
        description: 'US dollars a day, as far as the engine tells what it costs.',
        reload: 'applied',
        otherwise: 'no bound',
      },
    ),
    tokens_per_run: key(whole(1).optional(), {
      description: 'Input and output tokens of one run, which is ended beyond them.',
      reload: 'applied',
      otherwise: 'no bound',
    }),
  },
  { error: 'expected a table such as { runs_per_day = 10 }' },
);

/** Keys that say what is done, by the action that reads them. */
export const actionKeys = {
  action: key(actionWord.optional(), {
    description:
      'What is done when the trigger fires; `plugin:ID` is what a plugin does, `plugin:ID.ACTION` where it can do several things.',
    reload: 'applied',
    otherwise: '`agent_run`',
  }),
  prompt: key(body.optional(), {
    description:
      '`agent_run`: what the agent is asked, taken literally. This or `prompt_template` is needed.',
    reload: 'applied',
  }),
  prompt_template: key(body.optional(), {
    description: '`agent_run`: the same with `{{placeholders}}` for the payload or fetched data.',
    reload: 'applied',
  }),
  permission_mode: key(text.optional(), {
    description:
      "`agent_run`: what the agent may do without asking, in the engine's own words; for claude `default`, `plan`, `auto`, `acceptEdits` or `bypassPermissions`.",
    reload: 'applied',
    otherwise: "the engine's",
  }),
  model: key(text.optional(), {
    description: '`agent_run`: the model.',
    reload: 'applied',
    otherwise: "the engine's",
  }),
  reasoning: key(text.optional(), {
    description: '`agent_run`: how much the model thinks.',
    reload: 'applied',
    otherwise: "the engine's",
  }),
  session: key(word(['new', 'continue']).default('new'), {
    description: '`agent_run`: begin a new session each time, or go on with the last one of this trigger.',
    reload: 'applied',
  }),
  trust: key(word(['trusted', 'untrusted']).optional(), {
    description:
      '`agent_run`: whether data from outside in its prompt is trusted; if not, the prompt says so, and the agent only reads unless `tools` names more.',
    reload: 'applied',
    otherwise: '`untrusted` for webhooks, else `trusted`, where fetched data is still marked',
  }),
  tools: key(z.array(text, { error: 'expected a list of names of tools' }).optional(), {
    description: "`agent_run`: the tools that the agent may use, in the engine's own words.",
    reload: 'applied',
    otherwise: "the engine's; of an untrusted prompt those that only read",
  }),
  payload_as: key(word(['file', 'text']).optional(), {
    description: '`agent_run`: hand the payload over as a file that the prompt names, or as text in it.',
    reload: 'applied',
    otherwise: '`file` above 8 KB, else `text`',
  }),
  budget: key(budgetTable.optional(), {
    description: '`agent_run`: what its runs may consume.',
    reload: 'applied',
    otherwise: 'no bound',
  }),
  on_budget: key(word(['skip', 'ask']).default('skip'), {
    description: '`agent_run`: over the budget, leave the run out, or ask in the chat as well.',
    reload: 'applied',
  }),
  command: key(
    z
      .array(body, { error: 'expected a list of strings: ["program", "argument"]' })
      .min(1, 'must not be empty')
      .optional(),
    {
      description: '`command`: program and arguments; templates work in the arguments. Never a shell line.',
      reload: 'applied',
    },
  ),
  env: key(valueTable.optional(), {
    description: '`command`: variables to add to its environment. Values may be templates or secrets.',
    reload: 'applied',
  }),
  cwd: key(text.optional(), {
    description: '`command`: folder to run in, relative to the configuration file.',
    reload: 'applied',
    otherwise: "the project's, else that of the configuration file",
  }),
  stdin: key(word(['payload', 'none']).default('none'), {
    description: '`command`: what it reads on standard input.',
    reload: 'applied',
  }),
  shell: key(flag.default(false), {
    description:
      '`command`: run the first element by `/bin/sh -c`, with the others as `$1`…; allows no template.',
    reload: 'applied',
  }),
  allow_flags: key(flag.default(false), {
    description: '`command`: let an argument that comes from a payload begin with `-`.',
    reload: 'applied',
  }),
  forward_url: key(text.optional(), {
    description:
      '`http_forward`: where to; templates work, in which a payload neither changes the host nor leaves the path that is written here.',
    reload: 'applied',
  }),
  forward_method: key(word(['POST', 'PUT', 'PATCH']).default('POST'), {
    description: '`http_forward`: the method.',
    reload: 'applied',
  }),
  forward_headers: key(valueTable.optional(), {
    description: '`http_forward`: headers to send. Values may be templates or secrets.',
    reload: 'applied',
  }),
  forward_body: key(body.optional(), {
    description: '`http_forward`: a template for the body.',
    reload: 'applied',
    otherwise: 'the payload as it came',
  }),
  relay_headers: key(names.optional(), {
    description: '`http_forward`: headers of the delivery that are sent on.',
    reload: 'applied',
    otherwise: 'none',
  }),
  allow_private: key(ranges.optional(), {
    description: '`http_forward`: address ranges (CIDR) that may be reached although they are not public.',
    reload: 'applied',
    otherwise: 'none',
  }),
  file_path: key(text.optional(), {
    description: '`file_write`: the file, relative to `file_root`; templates work.',
    reload: 'applied',
  }),
  file_root: key(text.optional(), {
    description: '`file_write`: folder that confines what a template makes of `file_path`.',
    reload: 'applied',
    otherwise: 'the folder that an absolute `file_path` begins with, else the project, else the state folder',
  }),
  file_body: key(body.optional(), {
    description: '`file_write`: a template for the content.',
    reload: 'applied',
    otherwise: 'the payload as it came',
  }),
  on_conflict: key(word(['overwrite', 'append_timestamp', 'error', 'append']).default('overwrite'), {
    description: '`file_write`: what happens when the file is there already.',
    reload: 'applied',
  }),
  message_template: key(body.optional(), { description: '`notify_only`: the message.', reload: 'applied' }),
  silent: key(flag.default(false), {
    description: '`notify_only`: send it without a sound.',
    reload: 'applied',
  }),
  with: key(z.record(z.string(), z.unknown(), { error: 'expected a table' }).optional(), {
    description:
      "`plugin`: what the plugin is given besides the payload, in the plugin's own words. One that `auth` names is given it, too.",
    reload: 'applied',
    otherwise: 'an empty table',
    written: 'table',
  }),
  fetch: key(fetchTable.optional(), {
    description: 'What is fetched before the action runs.',
    reload: 'applied',
  }),
} as const;

/** The keys that only one action reads. */
export const keysOfAction = {
  agent_run: [
    'prompt',
    'prompt_template',
    'permission_mode',
    'model',
    'reasoning',
    'session',
    'trust',
    'tools',
    'payload_as',
    'budget',
    'on_budget',
  ],
  command: ['command', 'env', 'cwd', 'stdin', 'shell', 'allow_flags'],
  http_forward: [
    'forward_url',
    'forward_method',
    'forward_headers',
    'forward_body',
    'relay_headers',
    'allow_private',
  ],
  file_write: ['file_path', 'file_root', 'file_body', 'on_conflict'],
  notify_only: ['message_template', 'silent'],
  plugin: ['with'],
} as const satisfies Record<ActionKind, ReadonlyArray<keyof typeof actionKeys>>;
