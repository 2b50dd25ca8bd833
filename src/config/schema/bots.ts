/** Decides the keys of `[telegram]`: bots beside the one of `[transports.telegram]`. */
import * as z from 'zod';
import { flag, integer, key, text } from './key.ts';
import { secret } from './secret.ts';
import { apiRoot } from './telegram.ts';

/** `[[telegram.bots]]`. */
export const botTable = z.strictObject(
  {
    name: key(
      text.regex(
        /^[a-z][a-z0-9_-]{0,31}$/,
        'expected a name of small letters, digits, "_" and "-", such as "alerts"',
      ),
      { description: 'What triggers call it in `bot`.', reload: 'bot_reload' },
    ),
    token: key(secret, {
      description: 'Its token, from @BotFather.',
      reload: 'bot_reload',
      written: 'secret',
    }),
    api_root: key(apiRoot.optional(), {
      description: 'Where the Bot API is reached.',
      reload: 'bot_reload',
      otherwise: 'that of `[transports.telegram]`',
    }),
    account_change: key(flag.default(false), {
      description: 'Let the token of another account take the place of the one that is connected.',
      reload: 'applied',
    }),
    chats: key(z.array(integer, { error: 'expected a list of ids of chats' }).default([]), {
      description: 'Chats that it speaks to: what names one of them goes by this bot.',
      reload: 'applied',
    }),
  },
  { error: 'expected a table' },
);

/** `[telegram]`. */
export const moreBotsTable = z.strictObject(
  {
    bots: key(z.array(botTable, { error: 'expected a list of tables: [[telegram.bots]]' }).default([]), {
      description: 'Bots beside that of `[transports.telegram]`, whose roles and chats hold for all.',
      reload: 'bot_reload',
    }),
  },
  { error: 'expected a table' },
);
