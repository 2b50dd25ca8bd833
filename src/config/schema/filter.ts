/** Decides how the filter of a webhook is written. */
import * as z from 'zod';
import { key, text } from './key.ts';

/** `filter`. */
export const filterKey = key(
  z
    .union([text, z.array(text).min(1, 'must not be empty')], {
      error: 'expected an expression such as "body.action == \'opened\'", or a list of them',
    })
    .optional(),
  {
    description:
      "What must be true of a delivery, such as `body.action == 'opened' && !body.pull_request.draft`: a CEL expression over `body`, `headers`, `query` and `event`, or a list of which all must be; others are answered 200 `filtered`. A missing field compares false. See docs/filters.md.",
    reload: 'applied',
    otherwise: 'every delivery passes',
    written: 'string, or list of strings',
  },
);
