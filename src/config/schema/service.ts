/** Decides the keys of the tables that concern the service as a whole. */
import * as z from 'zod';
import { body, duration, ignored, integer, key, text, whole, word } from './key.ts';
import { secret, textOrSecret } from './secret.ts';

const table = { error: 'expected a table' };
const numbers = { error: 'expected a table of whole numbers' };
const engineOnly = 'Accepted for files of the original; without effect.';

/** `[projects.NAME]`. */
export const projectTable = z.strictObject(
  {
    path: key(text, {
      description: 'Its folder, relative to the configuration file; `~` is the home folder.',
      reload: 'applied',
    }),
    default_engine: key(text.optional(), {
      description: 'Coding agent of its runs.',
      reload: 'applied',
      otherwise: '`default_engine` at the top',
    }),
    chat_id: key(integer.optional(), {
      description: 'Chat that the messages of its triggers go to, and whose messages are about it.',
      reload: 'applied',
      otherwise: 'none',
    }),
    timezone: key(text.optional(), {
      description: 'Zone in which its chat reads and shows times, an IANA name.',
      reload: 'applied',
      otherwise: '`default_timezone`',
    }),
    hooks: key(text.optional(), {
      description: 'File with further hooks for its runs, relative to the configuration file.',
      reload: 'applied',
      otherwise: 'none; its folder is not searched',
    }),
    worktrees_dir: ignored('Folder of its worktrees.', body),
    worktree_base: ignored('Branch that new worktrees begin at.', body),
  },
  table,
);

/** `[engines.NAME]`. */
export const engineTable = z.strictObject(
  {
    command: key(
      z
        .array(text, { error: 'expected a list of strings: ["program", "argument"]' })
        .min(1, 'must not be empty')
        .optional(),
      {
        description:
          'Program and arguments, in the place of a built-in agent and of what is known of it: its flags, sessions and limits. `{prompt}` stands for the prompt; without it the prompt goes to standard input. Where only its program is elsewhere: `program`.',
        reload: 'applied',
        otherwise: 'the built-in one of that name',
      },
    ),
    output: key(text.regex(/^(text|jsonl:[a-z0-9_-]+)$/, 'expected "text" or "jsonl:KIND"').optional(), {
      description: 'How its output is read: `text`, or `jsonl:KIND` for the stream of a known agent.',
      reload: 'applied',
      otherwise: "the built-in one's where `command` is absent, else `text`",
    }),
    env: key(z.record(text, textOrSecret, { error: 'expected a table of strings' }).optional(), {
      description: 'Variables to add to its environment. Values may be templates or secrets.',
      reload: 'applied',
    }),
    program: key(text.optional(), {
      description: 'Where the program of a built-in agent is, when it is not on the PATH.',
      reload: 'applied',
      otherwise: "the agent's own name",
    }),
    extra_args: key(z.array(body, { error: 'expected a list of strings' }).optional(), {
      description: 'Words that go behind the program of a built-in agent.',
      reload: 'applied',
      otherwise: 'none',
    }),
    model: key(text.optional(), {
      description: 'Model of its runs that name none.',
      reload: 'applied',
      otherwise: "the agent's own choice",
    }),
    allowed_tools: ignored(engineOnly),
    profile: ignored(engineOnly),
    provider: ignored(engineOnly),
    mode: ignored(engineOnly),
    skip_trust: ignored(engineOnly),
    use_api_billing: ignored(engineOnly),
    dangerously_skip_permissions: ignored(engineOnly),
    dangerously_allow_all: ignored(engineOnly),
    stream_json_input: ignored(engineOnly),
  },
  table,
);

/** `[limits]`. */
export const limitsTable = z.strictObject(
  {
    max_concurrent: key(whole(1, 10_000).default(8), {
      description: 'Runs at once, over all triggers.',
      reload: 'applied',
    }),
    per_engine: key(z.record(text, whole(1), numbers).default({}), {
      description: 'Runs at once by engine: `{ claude = 2 }`.',
      reload: 'applied',
      written: 'table of whole numbers',
    }),
    per_project: key(z.record(text, whole(1), numbers).default({}), {
      description: 'Runs at once by project.',
      reload: 'applied',
      written: 'table of whole numbers',
    }),
    drain_timeout: key(duration.default('2m'), {
      description: 'How long active runs may go on when the service stops.',
      reload: 'applied',
    }),
  },
  table,
);

/** `[retention]`. */
export const retentionTable = z.strictObject(
  {
    max_age: key(duration.default('30d'), {
      description: 'Finished runs older than this go.',
      reload: 'applied',
    }),
    max_runs: key(whole(1, 100_000_000).default(100_000), {
      description: 'Beyond this many the oldest finished runs go; rows that never ran are counted apart.',
      reload: 'applied',
    }),
  },
  table,
);

/** `[log]`. */
export const logTable = z.strictObject(
  {
    level: key(word(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'), {
      description: 'What is logged.',
      reload: 'applied',
    }),
    file: key(z.string({ error: 'expected a string' }).optional(), {
      description: 'File to log to, relative to the configuration file.',
      reload: 'applied',
      otherwise: 'standard output, as with `""` and `"-"`',
    }),
  },
  table,
);

/** `[store]`. */
export const storeTable = z.strictObject(
  {
    url: key(text.optional(), {
      description:
        'Where runs are kept: a file for SQLite, or `memory:`, which forgets everything with the process.',
      reload: 'restart',
      otherwise: '`untether.db` in the state folder',
    }),
  },
  table,
);

/** `[reload]`. */
export const reloadTable = z.strictObject(
  {
    notify: key(word(['all', 'failures', 'off']).default('all'), {
      description: 'Which reloads are reported in the default chat.',
      reload: 'applied',
    }),
    bots: key(word(['auto', 'manual']).default('auto'), {
      description:
        'Whether bots follow a save by themselves, or wait for `/reload bot NAME`, which the report names.',
      reload: 'applied',
    }),
  },
  table,
);

/** `[secrets]`. */
export const secretsTable = z.record(
  text.regex(
    /^[A-Za-z][A-Za-z0-9_-]*$/,
    'expected a name that begins with a letter: letters, digits, "_" and "-"',
  ),
  secret,
  { error: 'expected a table of secrets' },
);
