/** Decides the keys that say how the runs of a trigger are executed: the same for crons and webhooks. */
import * as z from 'zod';
import { formatDuration } from '../../core/duration.ts';
import { defaultPolicy } from '../../core/policy.ts';
import { pingTable } from './ping.ts';
import { duration, flag, integer, key, oneOf, text, whole, word } from './key.ts';

const defaults = defaultPolicy('command');

/** What a notice can be about. */
const OCCASIONS = ['success', 'failure', 'recovery'] as const;

/** `notify`. */
export const notifyTable = z.strictObject(
  {
    on: key(
      z.array(word(OCCASIONS), { error: `expected a list of ${oneOf(OCCASIONS)}` }).default(['failure']),
      {
        description: 'What is said: a success, a failure, the first success after one.',
        reload: 'applied',
      },
    ),
    chat: key(integer.optional(), {
      description: 'Chat in which it is said.',
      reload: 'applied',
      otherwise: "the trigger's",
    }),
    bot: key(text.optional(), {
      description: 'Bot that says it.',
      reload: 'applied',
      otherwise: "the one that lists the chat, else the trigger's",
    }),
  },
  { error: 'expected a table such as { on = ["failure", "recovery"] }' },
);

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
  retries: key(whole(0, 100).optional(), {
    description: 'Attempts after the first; what is refused, or would go the same way again, gets none.',
    reload: 'applied',
    otherwise: '2 for `http_forward`, else 0',
  }),
  backoff: key(duration.optional(), {
    description: 'Pause before the second attempt; it doubles with each further one.',
    reload: 'applied',
    otherwise: '`2s` for `http_forward`, else `30s`',
  }),
  max_backoff: key(duration.default(formatDuration(defaults.maxBackoffMs)), {
    description: 'The longest pause between attempts.',
    reload: 'applied',
  }),
  retry_on: key(
    z
      .array(
        z.union([z.int().min(0).max(255), z.literal('timeout')], {
          error:
            'expected an exit code or "timeout"; what follows a crash is on_crash, other endings are final',
        }),
        {
          error: 'expected a list of exit codes and "timeout"',
        },
      )
      .optional(),
    {
      description: 'Exit codes, or "timeout", after which another attempt is worth it.',
      reload: 'applied',
      otherwise: 'any failure',
      written: 'list of exit codes and "timeout"',
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
  quarantine_after: key(whole(1, 1000).optional(), {
    description: 'Failures in a row after which it is paused, and a chat is told; somebody has to resume it.',
    reload: 'applied',
    otherwise: 'never',
  }),
  max_output_bytes: key(whole(1024, 1_073_741_824).default(defaults.maxOutputBytes), {
    description: 'How much of the output is kept, in bytes: its head and its tail.',
    reload: 'applied',
  }),
  notify: key(notifyTable.optional(), {
    description: 'When a chat is told how a run ended.',
    reload: 'applied',
    otherwise: 'never, but for what `notify_on_success` and `notify_on_failure` say',
  }),
  ping: key(pingTable.optional(), {
    description:
      'Addresses of a monitor that are told, by POST, when runs begin and end; tried for some minutes.',
    reload: 'applied',
    otherwise: 'nobody is told',
  }),
  notify_on_success: key(flag.default(false), {
    description: 'Say so when a run succeeds.',
    reload: 'applied',
  }),
  notify_on_failure: key(flag.default(false), { description: 'Say so when a run fails.', reload: 'applied' }),
} as const;
