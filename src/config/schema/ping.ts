/** Decides the keys of `ping`: the addresses that are told when runs of a trigger begin and end. */
import * as z from 'zod';
import { key } from './key.ts';
import { textOrSecret } from './secret.ts';
import { ranges } from './values.ts';

const WRITTEN = 'string, or secret';

/** `ping`. */
export const pingTable = z.strictObject(
  {
    start: key(textOrSecret.optional(), {
      description:
        'Address that a run tells when it begins. `{{run_id}}`, `{{trigger_id}}` and `{{secrets.NAME}}` work in all three, and a secret keeps the whole address out of the file.',
      reload: 'applied',
      otherwise: 'nobody is told',
      written: WRITTEN,
    }),
    success: key(textOrSecret.optional(), {
      description: 'Address that a run tells when it has succeeded, after the last of its attempts.',
      reload: 'applied',
      otherwise: 'nobody is told',
      written: WRITTEN,
    }),
    failure: key(textOrSecret.optional(), {
      description: 'The same when it has failed, or was cancelled after it had begun.',
      reload: 'applied',
      otherwise: 'nobody is told',
      written: WRITTEN,
    }),
    allow_private: key(ranges.optional(), {
      description: 'Address ranges (CIDR) that may be reached although they are not public.',
      reload: 'applied',
      otherwise: 'none',
    }),
  },
  {
    error:
      'expected a table such as { success = "https://hc-ping.com/…", failure = "https://hc-ping.com/…/fail" }',
  },
);

/** The table as written. */
export type PingConfig = z.infer<typeof pingTable>;
