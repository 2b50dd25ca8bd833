/** Decides the keys that say how often something has to arrive at a webhook. */
import * as z from 'zod';
import { duration, key } from './key.ts';

/** `expect`. */
export const expectTable = z.strictObject(
  {
    every: key(duration, {
      description: 'The longest ordinary time between two deliveries; more than nothing.',
      reload: 'applied',
    }),
    grace: key(duration.default('0s'), {
      description: 'How much longer nothing is said.',
      reload: 'applied',
    }),
  },
  { error: 'expected a table such as { every = "1d", grace = "30m" }' },
);
