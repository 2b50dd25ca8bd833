/** Decides the keys of the tables that concern the service as a whole. */
import * as z from 'zod';
import { body, duration, flag, ignored, integer, key, text, whole, word } from './key.ts';
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
    chat_id: ignored('Chat that its messages go to.', integer),
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
          'Program and arguments. `{prompt}` stands for the prompt; without it the prompt goes to standard input.',
        reload: 'applied',
        otherwise: 'the built-in one of that name',
      },
    ),
    output: key(text.regex(/^(text|jsonl:[a-z0-9_-]+)$/, 'expected "text" or "jsonl:KIND"').optional(), {
      description: 'How its output is read: `text`, or `jsonl:KIND` for the stream of a known agent.',
      reload: 'applied',
      otherwise: "the built-in one's, else `text`",
    }),
    env: key(z.record(text, textOrSecret, { error: 'expected a table of strings' }).optional(), {
      description: 'Variables to add to its environment. Values may be templates or secrets.',
      reload: 'applied',
    }),
    model: ignored(engineOnly),
    extra_args: ignored(engineOnly),
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
      description: 'Beyond this many the oldest finished runs go.',
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
    notify: ignored('Which reloads are reported in chat.', word(['all', 'failures', 'off'])),
    bots: ignored('Whether a new bot token takes effect by itself.', word(['auto', 'manual'])),
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

const seconds = z.number({ error: 'expected a number of seconds' });
const userIds = z.array(integer, { error: 'expected a list of user ids' });
const listOfStrings = z.array(text, { error: 'expected a list of strings' });

const topicsTable = z.strictObject(
  {
    enabled: ignored('Whether topics are used.', flag),
    scope: ignored('Which chats have them.', text),
  },
  table,
);

const filesTable = z.strictObject(
  {
    enabled: ignored('Take and send files.', flag),
    auto_put: ignored('Store what is sent without a word.', flag),
    auto_put_mode: ignored('What follows an upload.', text),
    uploads_dir: ignored('Folder of uploads.', text),
    allowed_user_ids: ignored('Users whose files are taken.', userIds),
    deny_globs: ignored('Files that are never taken or sent.', listOfStrings),
    outbox_enabled: ignored('Send what an agent puts into its outbox.', flag),
    outbox_dir: ignored('Folder of that outbox.', text),
    outbox_max_files: ignored('Most files of one answer.', integer),
    outbox_cleanup: ignored('Empty the outbox afterwards.', flag),
    outbox_notify_skipped: ignored('Name the files that were not sent.', flag),
    outbox_deliver_directories: ignored('How folders are sent.', text),
  },
  table,
);

/** `[transports.telegram]`: the keys of the original, and `api_root`. */
export const telegramTable = z.strictObject(
  {
    bot_token: ignored('Token of the bot.', secret),
    chat_id: ignored('Chat that messages go to.', integer),
    allowed_user_ids: ignored('Users whose messages are read.', userIds),
    allow_any_user: ignored('Read messages of everybody.', flag),
    api_root: ignored('Address of the Bot API.', body),
    message_overflow: ignored('What happens to long messages.', text),
    session_mode: ignored('Whether a chat goes on with its session.', text),
    show_resume_line: ignored('Whether answers say how to go on.', flag),
    forward_coalesce_s: ignored('Time in which forwarded messages become one.', seconds),
    media_group_debounce_s: ignored('Time in which the files of an album become one message.', seconds),
    topics: ignored('Topics of group chats.', topicsTable),
    files: ignored('Files in chat.', filesTable),
    voice_transcription: ignored('Read voice messages.', flag),
    voice_max_bytes: ignored('Longest voice message, in bytes.', integer),
    voice_transcription_model: ignored('Model that reads them.', text),
    voice_transcription_base_url: ignored('Address of the service that reads them.', text),
    voice_transcription_api_key: ignored('Its key.', secret),
    voice_transcription_language: ignored('Language they are in.', body),
    voice_transcription_prompt: ignored('Words that are likely in them.', body),
    voice_transcription_url_allowlist: ignored('Address ranges that service may be in.', listOfStrings),
    voice_show_transcription: ignored('Show what was understood.', flag),
  },
  table,
);
