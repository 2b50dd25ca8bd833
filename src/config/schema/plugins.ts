/** Decides the keys of the table of plugins. */
import * as z from 'zod';
import { flag, key, text } from './key.ts';

const table = { error: 'expected a table such as { watch = true }; `[plugins]` itself has only `enabled`' };

/** `[plugins.NAME]`. */
export const pluginTable = z.strictObject(
  {
    enabled: key(flag.default(true), { description: 'Load it.', reload: 'applied' }),
    watch: key(flag.default(false), {
      description: 'Reload it when its files change.',
      reload: 'applied',
    }),
    config: key(z.record(z.string(), z.unknown(), { error: 'expected a table' }).default({}), {
      description: "What the plugin is given as its configuration, in the plugin's own words.",
      reload: 'applied',
      written: 'table',
    }),
  },
  table,
);

/** `[plugins]`. */
export const pluginsTable = z
  .object(
    {
      enabled: key(
        z
          .union([flag, z.array(text, { error: 'expected a list of names' })], {
            error: 'expected true, false or a list of names',
          })
          .default(true),
        {
          description:
            'Load what lies in the folder `plugins` beside this file: all of it, nothing, or those of a list, where an empty one means all.',
          reload: 'applied',
        },
      ),
    },
    { error: 'expected a table' },
  )
  .catchall(pluginTable);
