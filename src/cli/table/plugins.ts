/** Decides which commands there are for plugins. */
import { MAX_PLUGIN_LINES } from '../../core/plugin.ts';
import type { CommandRow } from '../command-spec.ts';

/** Rows of the one table, see `commands.ts`. */
export const pluginsCommands: readonly CommandRow[] = [
  {
    name: 'plugin',
    summary: 'see to the plugins: new, list, status, reload, watch, unwatch, log',
    details: [
      '`new ID` writes a plugin to begin with into the folder `plugins` beside the configuration file; all else asks the service. `list` and `status` show what is loaded, all or one, and whose state is kept though it is gone, `log ID` what a plugin has logged, the last 500 lines at most.',
      '`reload` takes up what lies in the folder, of all or of one, and never fetches code. A plugin that does not load leaves its last good generation at work; exit code 1.',
      '`watch ID` reloads a plugin whenever its files change, a second after they have come to rest, until the service stops; `unwatch ID` ends that. Without an ID they switch all watchers.',
      'With --json `new` prints {id, file}, `list`, `status`, `watch` and `unwatch` {watching, folder, plugins: [{id, state, generation, hash, lastResult, …}], dormant: [{id, keptUntil}]}, `reload` {refreshed, added, removed, failed, unchanged, disabled}, `log` a list of {at, level, text}.',
    ],
    args: [
      { name: 'what', takes: 'one', summary: 'new, list, status, reload, watch, unwatch or log' },
      { name: 'id', takes: 'optional', summary: 'the plugin: the name of its folder, or of its file' },
    ],
    flags: [
      { name: 'limit', kind: 'count', value: 'N', max: MAX_PLUGIN_LINES, summary: '`log`: the last N lines' },
      {
        name: 'since',
        kind: 'duration',
        value: 'TIME',
        summary: '`log`: only what is not older, such as 10m',
      },
    ],
    examples: [
      { line: 'untether plugin new hello', does: 'writes plugins/hello.ts' },
      { line: 'untether plugin list', does: 'one line each' },
      { line: 'untether plugin status --json', does: 'answers a script' },
      { line: 'untether plugin reload', does: 'takes up what was saved' },
      {
        line: 'untether plugin log hello --limit 20 --since 1h',
        does: 'what it has logged in the last hour',
      },
      { line: 'untether plugin unwatch', does: 'switches all watchers off' },
      { line: 'untether plugin watch', does: 'and on again' },
    ],
    needs: 'service',
    load: () => import('../commands/plugin.ts'),
  },
];
