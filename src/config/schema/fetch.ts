/** Decides the keys of a `fetch` table. */
import * as z from 'zod';
import { body, key, text, whole, word } from './key.ts';
import { ranges, valueTable } from './values.ts';

/** What is fetched before the action runs. */
export const fetchTable = z.strictObject(
  {
    type: key(word(['http_get', 'http_post', 'file_read']), {
      description: 'Where the data comes from.',
      reload: 'applied',
    }),
    url: key(text.optional(), {
      description:
        'Address, for the two HTTP types; templates work, in which a payload neither changes the host nor leaves the path that is written here.',
      reload: 'applied',
    }),
    headers: key(valueTable.optional(), {
      description:
        'Headers to send. Values may be templates (`{{env.NAME}}`, `{{secrets.NAME}}`) or secrets.',
      reload: 'applied',
    }),
    body: key(body.optional(), { description: 'Body to send; templates work.', reload: 'applied' }),
    file_path: key(text.optional(), {
      description: 'File to read, for `file_read`; relative to `file_root`. Templates work.',
      reload: 'applied',
    }),
    file_root: key(text.optional(), {
      description: 'Folder that confines what a template makes of `file_path`.',
      reload: 'applied',
      otherwise: 'as for `file_write`',
    }),
    timeout_seconds: key(whole(1, 60).default(15), {
      description: 'How long the fetch may take, in seconds.',
      reload: 'applied',
    }),
    parse_as: key(word(['text', 'json', 'lines']).default('text'), {
      description: 'How the data is read; what is no JSON fails a fetch that asks for JSON.',
      reload: 'applied',
    }),
    store_as: key(
      text
        .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'expected a name of letters, digits, "_" and "-"')
        .default('fetch_result'),
      { description: 'The name under which templates find the data.', reload: 'applied' },
    ),
    on_failure: key(word(['abort', 'run_with_error']).default('abort'), {
      description: 'Whether the run fails with the fetch, or goes on with the error as data.',
      reload: 'applied',
    }),
    max_bytes: key(whole(1024, 104_857_600).default(10_485_760), {
      description: 'Longest answer or file, in bytes; reading stops there and the fetch fails.',
      reload: 'applied',
    }),
    allow_private: key(ranges.optional(), {
      description: 'Address ranges (CIDR) that may be reached although they are not public.',
      reload: 'applied',
      otherwise: 'none',
    }),
  },
  { error: 'expected a table' },
);
