/** Decides the keys that say what a trigger does: the same for crons and webhooks. */
import * as z from 'zod';
import { formatDuration } from '../../core/duration.ts';
import { defaultPolicy } from '../../core/policy.ts';
import type { ActionKind } from '../../core/action.ts';
import { body, duration, flag, ignored, key, oneOf, text, whole, word } from './key.ts';
import { textOrSecret } from './secret.ts';

/** The actions there are. */
export const actionKinds = [
  'agent_run',
  'command',
  'http_forward',
  'file_write',
  'notify_only',
] as const satisfies readonly ActionKind[];

const ranges = z.array(text, { error: 'expected a list of address ranges such as ["10.0.0.0/8"]' });
const table = z.record(text, textOrSecret, { error: 'expected a table of strings' });

/** What is fetched before the action runs. */
export const fetchTable = z.strictObject(
  {
    type: key(word(['http_get', 'http_post', 'file_read']), {
      description: 'Where the data comes from.',
      reload: 'applied',
    }),
    url: key(text.optional(), { description: 'Address, for the two HTTP types; templates work.', reload: 'applied' }),
    headers: key(table.optional(), {
      description: 'Headers to send. Values may be templates (`{{env.NAME}}`, `{{secrets.NAME}}`) or secrets.',
      reload: 'applied',
    }),
    body: key(body.optional(), { description: 'Body to send; templates work.', reload: 'applied' }),
    file_path: key(text.optional(), {
      description: 'File to read, for `file_read`; relative to `file_root`. Templates work.',
      reload: 'applied',
    }),
    file_root: key(text.optional(), {
      description: 'Folder that confines what a template makes of `file_path`.',
      reload: 'applied',
      otherwise: 'as for `file_write`',
    }),
    timeout_seconds: key(whole(1, 60).default(15), {
      description: 'How long the fetch may take, in seconds.',
      reload: 'applied',
    }),
    parse_as: key(word(['text', 'json', 'lines']).default('text'), {
      description: 'How the data is read; what is no JSON fails a fetch that asks for JSON.',
      reload: 'applied',
    }),
    store_as: key(
      text.regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'expected a name of letters, digits, "_" and "-"').default('fetch_result'),
      { description: 'The name under which templates find the data.', reload: 'applied' },
    ),
    on_failure: key(word(['abort', 'run_with_error']).default('abort'), {
      description: 'Whether the run fails with the fetch, or goes on with the error as data.',
      reload: 'applied',
    }),
    max_bytes: key(whole(1024, 104_857_600).default(10_485_760), {
      description: 'Longest answer or file, in bytes; reading stops there and the fetch fails.',
      reload: 'applied',
    }),
    allow_private: key(ranges.optional(), {
      description: 'Address ranges (CIDR) that may be reached although they are not public.',
      reload: 'applied',
      otherwise: 'none',
    }),
  },
  { error: 'expected a table' },
);

/** Keys that say what is done, by the action that reads them. */
export const actionKeys = {
  action: key(
    z.enum(actionKinds, { error: `expected ${oneOf(actionKinds)} (actions of plugins come later)` }).optional(),
    { description: 'What is done when the trigger fires.', reload: 'applied', otherwise: '`agent_run`' },
  ),
  prompt: key(body.optional(), {
    description: '`agent_run`: what the agent is asked, taken literally. This or `prompt_template` is needed.',
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
  model: key(text.optional(), { description: '`agent_run`: the model.', reload: 'applied', otherwise: "the engine's" }),
  reasoning: key(text.optional(), {
    description: '`agent_run`: how much the model thinks.',
    reload: 'applied',
    otherwise: "the engine's",
  }),
  command: key(z.array(z.string(), { error: 'expected a list of strings: ["program", "argument"]' }).min(1, 'must not be empty').optional(), {
    description: '`command`: program and arguments; templates work in the arguments. Never a shell line.',
    reload: 'applied',
  }),
  env: key(table.optional(), {
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
    description: '`command`: run the first element by `/bin/sh -c`, with the others as `$1`…; allows no template.',
    reload: 'applied',
  }),
  allow_flags: key(flag.default(false), {
    description: '`command`: let an argument that comes from a payload begin with `-`.',
    reload: 'applied',
  }),
  forward_url: key(text.optional(), { description: '`http_forward`: where to; templates work.', reload: 'applied' }),
  forward_method: key(word(['POST', 'PUT', 'PATCH']).default('POST'), {
    description: '`http_forward`: the method.',
    reload: 'applied',
  }),
  forward_headers: key(table.optional(), {
    description: '`http_forward`: headers to send. Values may be templates or secrets.',
    reload: 'applied',
  }),
  forward_body: key(body.optional(), {
    description: '`http_forward`: a template for the body.',
    reload: 'applied',
    otherwise: 'the payload as it came',
  }),
  relay_headers: key(z.array(text, { error: 'expected a list of header names' }).optional(), {
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
  silent: key(flag.default(false), { description: '`notify_only`: send it without a sound.', reload: 'applied' }),
  fetch: key(fetchTable.optional(), { description: 'What is fetched before the action runs.', reload: 'applied' }),
} as const;

const defaults = defaultPolicy('command');
const endings = ['timeout', 'deadline', 'cancel', 'drain', 'replace', 'budget', 'crash'] as const;

/** The keys that only one action reads. */
export const keysOfAction = {
  agent_run: ['prompt', 'prompt_template', 'permission_mode', 'model', 'reasoning'],
  command: ['command', 'env', 'cwd', 'stdin', 'shell', 'allow_flags'],
  http_forward: ['forward_url', 'forward_method', 'forward_headers', 'forward_body', 'relay_headers', 'allow_private'],
  file_write: ['file_path', 'file_root', 'file_body', 'on_conflict'],
  notify_only: ['message_template', 'silent'],
} as const satisfies Record<ActionKind, ReadonlyArray<keyof typeof actionKeys>>;

/** Keys that say how runs are executed. */
export const policyKeys = {
  timeout: key(duration.optional(), {
    description: 'How long one attempt may take; its whole process group is ended then.',
    reload: 'applied',
    otherwise: '`1h`; `15s` for the request of `http_forward`',
  }),
  deadline: key(duration.optional(), {
    description: 'How long all attempts together may take, from the start of the first.',
    reload: 'applied',
    otherwise: 'none',
  }),
  kill_grace: key(duration.default(formatDuration(defaults.killGraceMs)), {
    description: 'Time between SIGTERM and SIGKILL when a run is ended.',
    reload: 'applied',
  }),
  retries: key(whole(0, 100).default(defaults.retries), { description: 'Attempts after the first.', reload: 'applied' }),
  backoff: key(duration.default(formatDuration(defaults.backoffMs)), {
    description: 'Pause before the second attempt; it doubles with each further one.',
    reload: 'applied',
  }),
  max_backoff: key(duration.default(formatDuration(defaults.maxBackoffMs)), { description: 'The longest pause between attempts.', reload: 'applied' }),
  retry_on: key(
    z
      .array(z.union([z.int().min(0).max(255), z.enum(endings)], { error: `expected an exit code or one of ${oneOf(endings)}` }), {
        error: 'expected a list of exit codes and words',
      })
      .optional(),
    {
      description: `Exit codes, or ways of ending (${oneOf(endings)}), after which another attempt is worth it.`,
      reload: 'applied',
      otherwise: 'any failure',
      written: 'list of exit codes and words',
    },
  ),
  on_crash: key(word(['retry', 'fail']).optional(), {
    description: 'What becomes of a run whose service died under it.',
    reload: 'applied',
    otherwise: '`fail` for `agent_run`, else `retry`',
  }),
  max_concurrent: key(whole(1).optional(), {
    description: 'Runs of this trigger at once.',
    reload: 'applied',
    otherwise: 'as many as the service allows',
  }),
  max_output_bytes: key(whole(1024, 1_073_741_824).default(defaults.maxOutputBytes), {
    description: 'How much of the output is kept, in bytes: its head and its tail.',
    reload: 'applied',
  }),
  notify_on_success: key(flag.default(false), { description: 'Say so when a run succeeds.', reload: 'applied' }),
  notify_on_failure: key(flag.default(false), { description: 'Say so when a run fails.', reload: 'applied' }),
} as const;

/** Keys that say where a trigger belongs. */
export const contextKeys = {
  project: key(text.optional(), { description: 'Project in whose folder it works, by its name.', reload: 'applied' }),
  engine: key(text.optional(), {
    description: '`agent_run`: the coding agent.',
    reload: 'applied',
    otherwise: "the project's, else `default_engine`",
  }),
  chat_id: ignored('Chat that its messages go to.', z.int({ error: 'expected a whole number' })),
  enabled: key(flag.default(true), { description: 'False: it does not fire.', reload: 'applied' }),
} as const;
