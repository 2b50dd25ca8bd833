/** Decides what a `hooks.toml` or `hooks.json` may hold. */
import * as z from 'zod';
import { duration, key, text, word } from './key.ts';

const table = { error: 'expected a table' };
const list = (name: string): { readonly error: string } => ({
  error: `expected a list of tables: write [[${name}]]`,
});

const shared = {
  command: key(
    z
      .array(text, { error: 'expected a list of strings: ["program", "argument"]' })
      .min(1, 'must not be empty'),
    {
      description:
        'Program and arguments; a path is relative to the folder of this file, where it also runs. Never a shell line, and no template.',
      reload: 'applied',
    },
  ),
  name: key(text.max(60, 'is longer than 60 characters').optional(), {
    description: 'How it is called in reasons and in the log.',
    reload: 'applied',
    otherwise: 'its command',
  }),
  timeout: key(duration.default('10s'), {
    description: 'How long it may take; then it is ended with all that it started.',
    reload: 'applied',
  }),
};

const tellingHook = z.strictObject(shared, table);
const askedHook = z.strictObject(
  {
    ...shared,
    on_error: key(word(['deny', 'allow']).default('deny'), {
      description: 'What it means for the run when the hook crashes, takes too long or answers nonsense.',
      reload: 'applied',
    }),
  },
  table,
);

/** The whole file. */
export const hooksTable = z.strictObject({
  before_run: key(z.array(askedHook, list('before_run')).default([]), {
    description: 'Asked before each attempt of a run; may deny it, or change its variables and its prompt.',
    reload: 'applied',
  }),
  after_run: key(z.array(tellingHook, list('after_run')).default([]), {
    description: 'Told of the end of each run that had begun.',
    reload: 'applied',
  }),
  on_failure: key(z.array(tellingHook, list('on_failure')).default([]), {
    description: 'Told of each run that failed for good.',
    reload: 'applied',
  }),
  on_reload: key(z.array(tellingHook, list('on_reload')).default([]), {
    description: 'Told of each reload of the configuration, whether it was taken or not.',
    reload: 'applied',
  }),
});

/** The file's values, defaults filled in. */
export type HooksConfig = z.infer<typeof hooksTable>;
