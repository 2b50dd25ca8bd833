/** Decides which commands there are for the configuration file. */
import type { CommandRow } from '../command-spec.ts';

/** Rows of the one table, see `commands.ts`. */
export const configurationCommands: readonly CommandRow[] = [
  {
    name: 'init',
    summary: 'write a commented configuration file',
    details: ['Never replaces a file that is there.'],
    args: [],
    flags: [
      { name: 'yes', kind: 'switch', summary: 'accepted for scripts; nothing is asked without it either' },
    ],
    examples: [{ line: 'untether init --yes', does: 'writes ./untether.toml' }],
    needs: 'nothing',
    load: () => import('../commands/init.ts'),
  },
  {
    name: 'check',
    summary: 'say whether the configuration loads, starting nothing',
    details: ['Exit code 0, or 78 with every error and its line.'],
    args: [],
    flags: [],
    examples: [{ line: 'untether check --json', does: 'lists the issues for a script' }],
    needs: 'configuration',
    load: () => import('../commands/check.ts'),
  },
  {
    name: 'plan',
    summary: 'show what a reload would change',
    details: ['With no service running everything in the file counts as new.'],
    args: [],
    flags: [],
    examples: [{ line: 'untether plan', does: 'compares the file with what is live' }],
    needs: 'configuration',
    load: () => import('../commands/plan.ts'),
  },
  {
    name: 'reload',
    summary: 'load the configuration again and report what is live',
    details: ['A file that does not load changes nothing; exit code 78.'],
    args: [],
    flags: [],
    examples: [{ line: 'untether reload', does: 'takes the saved file' }],
    needs: 'service',
    load: () => import('../commands/reload.ts'),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of the configuration, for editors',
    details: [],
    args: [],
    flags: [],
    examples: [
      {
        line: 'untether schema > untether.schema.json',
        does: 'for `#:schema ./untether.schema.json` in the file',
      },
    ],
    needs: 'nothing',
    load: () => import('../commands/schema.ts'),
  },
];
