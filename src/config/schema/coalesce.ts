/** Decides the keys of `coalesce`: which deliveries of a webhook are one burst, and how long it may last. */
import * as z from 'zod';
import { duration, key, text } from './key.ts';

/** `coalesce`. */
export const coalesceTable = z.strictObject(
  {
    key: key(text.optional(), {
      description:
        'Template of what a burst has in common, such as `{{pull_request.number}}`; it names the payload and its `headers`. A delivery of which it renders to nothing runs at once.',
      reload: 'applied',
      otherwise: 'all deliveries are one burst',
    }),
    window: key(duration, {
      description: 'How long a delivery waits for a newer one.',
      reload: 'applied',
    }),
    max_wait: key(duration.optional(), {
      description: 'When the newest runs at the latest, from the first delivery of the burst.',
      reload: 'applied',
      otherwise: 'ten times `window`',
    }),
  },
  { error: 'expected a table such as { key = "{{pull_request.number}}", window = "30s" }' },
);

/** The table as written. */
export type CoalesceConfig = z.infer<typeof coalesceTable>;
