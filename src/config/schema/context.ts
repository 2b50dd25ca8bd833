/** Decides the keys that say where a trigger belongs: the same for crons and webhooks. */
import { flag, integer, key, text, whole } from './key.ts';

/** The name of a trigger among its kind. */
export const triggerName = text
  .max(200, 'at most 200 characters')
  .refine((value) => !/\p{Cc}/u.test(value), 'holds a control character');

/** Keys that say where a trigger belongs. */
export const contextKeys = {
  project: key(text.optional(), {
    description: 'Project in whose folder it works, by its name.',
    reload: 'applied',
  }),
  engine: key(text.optional(), {
    description: '`agent_run`: the coding agent.',
    reload: 'applied',
    otherwise: "the project's, else `default_engine`",
  }),
  chat_id: key(integer.optional(), {
    description: 'Chat that its messages go to.',
    reload: 'applied',
    otherwise: "the project's, else the bot's",
  }),
  bot: key(text.optional(), {
    description:
      'Bot that they go by: `default`, that of `[transports.telegram]`, or one of `[[telegram.bots]]`.',
    reload: 'applied',
    otherwise: 'the one that lists the chat, else `default`',
  }),
  thread_id: key(whole(1).optional(), {
    description: 'Topic of that chat.',
    reload: 'applied',
    otherwise: 'none',
  }),
  enabled: key(flag.default(true), { description: 'False: it does not fire.', reload: 'applied' }),
} as const;
