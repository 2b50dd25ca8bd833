/** Decides the keys of `[transports.telegram]`: the bot, who may do what, and what each chat stands for. */
import * as z from 'zod';
import { isServiceAccount, TELEGRAM_ROOT } from '../../core/telegram-account.ts';
import { body, duration, flag, ignored, integer, key, text, whole } from './key.ts';
import { secret } from './secret.ts';

const table = { error: 'expected a table' };
const seconds = z.number({ error: 'expected a number of seconds' });
const listOfStrings = z.array(text, { error: 'expected a list of strings' });

const userId = z
  .int({
    error:
      'expected the numeric id of a user, which never changes; a user name may be taken over by somebody else',
  })
  .positive('expected the numeric id of a user: those of groups are negative and belong to `chat_id`')
  .refine((id) => !isServiceAccount(id), {
    error: 'is an id of Telegram itself, behind which anybody may be: write the ids of people',
  });

const userIds = z.array(userId, {
  error: 'expected a list of numeric user ids such as [123456789]',
});

/** Where a server of the Bot API is. */
export const apiRoot = text.regex(
  /^https?:\/\/[^\s/]+(\/\S*)?$/,
  `expected an address such as "${TELEGRAM_ROOT}"`,
);

/** `[[transports.telegram.chats]]`. */
export const profileTable = z.strictObject(
  {
    id: key(integer, { description: 'The id of the chat; groups have negative ones.', reload: 'applied' }),
    project: key(text.optional(), {
      description: 'Project in whose folder its agents work.',
      reload: 'applied',
      otherwise: 'the project that names the chat, else `default_project`',
    }),
    engine: key(text.optional(), {
      description: 'Coding agent of its messages.',
      reload: 'applied',
      otherwise: "the project's, else `default_engine`",
    }),
    model: key(text.optional(), {
      description: 'The model.',
      reload: 'applied',
      otherwise: "the engine's",
    }),
    reasoning: key(text.optional(), {
      description: 'How much the model thinks.',
      reload: 'applied',
      otherwise: "the engine's",
    }),
    permission_mode: key(text.optional(), {
      description: "What the agent may do without asking, in the engine's own words.",
      reload: 'applied',
      otherwise: "the engine's",
    }),
    timezone: key(text.optional(), {
      description: 'Zone in which times are read and shown, an IANA name.',
      reload: 'applied',
      otherwise: "the project's, else `default_timezone`",
    }),
  },
  table,
);

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
    allowed_user_ids: ignored(
      'Users whose files are taken.',
      z.array(integer, { error: 'expected a list of user ids' }),
    ),
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

/** `[transports.telegram]`: the keys of the original, and ours. */
export const telegramTable = z.strictObject(
  {
    bot_token: key(secret.optional(), {
      description: 'Token of the bot, from @BotFather.',
      reload: 'bot_reload',
      otherwise: 'chat is off',
      written: 'secret',
    }),
    api_root: key(apiRoot.default(TELEGRAM_ROOT), {
      description: 'Where the Bot API is reached, for a server of your own.',
      reload: 'bot_reload',
    }),
    account_change: key(flag.default(false), {
      description:
        'Let the token of another bot take the place of the one that is connected; else it is refused, as chats and roles may be meant for the old one.',
      reload: 'applied',
    }),
    chat_id: key(integer.optional(), {
      description: 'Chat of what belongs to no other: reports of reloads, triggers that name none.',
      reload: 'applied',
      otherwise: 'none',
    }),
    startup_notice: key(flag.default(false), {
      description:
        'Tell that chat of every start; a restart that a chat asked for is told there in any case.',
      reload: 'applied',
    }),
    allowed_user_ids: key(userIds.default([]), {
      description: 'Users who are answered, by their numeric ids; nobody else is.',
      reload: 'applied',
      written: 'list of user ids',
    }),
    operators: key(userIds.default([]), {
      description: 'Users who may also fire, pause, restart and see everything.',
      reload: 'applied',
      written: 'list of user ids',
    }),
    admins: key(userIds.default([]), {
      description: 'Operators who may also reload.',
      reload: 'applied',
      written: 'list of user ids',
    }),
    chats: key(
      z
        .array(profileTable, { error: 'expected a list of tables: [[transports.telegram.chats]]' })
        .default([]),
      {
        description: 'What single chats stand for.',
        reload: 'applied',
      },
    ),
    max_pending: key(whole(1, 1_000).default(20), {
      description: '`/at` runs that may be pending in one chat.',
      reload: 'applied',
    }),
    backlog_max_age: key(duration.default('6h'), {
      description:
        'Messages that were sent longer before they could be received are not acted on, only counted.',
      reload: 'applied',
    }),
    allow_any_user: ignored('Read messages of everybody: nobody is answered who is not listed.', flag),
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

/** `[transports]`. */
export const transportsTable = z.looseObject(
  {
    telegram: key(telegramTable.optional(), {
      description: 'The bot.',
      reload: 'applied',
      otherwise: 'chat is off',
    }),
  },
  table,
);
