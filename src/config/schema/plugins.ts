/** Decides the keys of the table of plugins. */
import * as z from 'zod';
import { defaultPluginLimits } from '../../core/plugin.ts';
import { duration, flag, key, text, whole } from './key.ts';

const table = { error: 'expected a table such as { watch = true }; `[plugins]` itself has only `enabled`' };

/** `[plugins.NAME]`. */
export const pluginTable = z.strictObject(
  {
    enabled: key(flag.default(true), { description: 'Load it.', reload: 'applied' }),
    watch: key(flag.default(false), {
      description: 'Reload it when its files change.',
      reload: 'applied',
    }),
    timeout: key(duration.default('30s'), {
      description: 'How long a chat command of it may take; an action has the `timeout` of its run.',
      reload: 'applied',
    }),
    start_timeout: key(duration.default('10s'), {
      description: 'How long it may take until it serves, its `init` included; one minute at most.',
      reload: 'applied',
    }),
    max_memory_mb: key(whole(16, 4096).default(defaultPluginLimits.memoryMb), {
      description:
        'How large its heap may grow, in MB; beyond that it is ended, and begins again with the next call.',
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
