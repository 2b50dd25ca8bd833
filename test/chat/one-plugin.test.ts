/** Who asks for one plugin sees that one alone, or hears which there are. */
import { expect, test } from 'vitest';
import { onlyPlugin } from '../../src/chat/one-plugin.ts';
import { pluginLines } from '../../src/chat/plugin-lines.ts';
import type { PluginsView, PluginView } from '../../src/core/plugin.ts';

const one = (id: string): PluginView => ({
  ...{ id, state: 'loaded', generation: 1, hash: '0123456789ab', lastResult: 'added', lastAt: 0 },
  ...{ description: '', commands: [], actions: [], verifiers: [], filters: [] },
  ...{ inFlight: 0, watching: false, pending: false },
});

const view: PluginsView = {
  ...{ watching: true, folder: '/etc/plugins', plugins: [one('foo'), one('foo_bar')] },
  dormant: [{ id: 'gone', keptUntil: 0 }],
};

test.for([
  [undefined, [/^foo: loaded/, /^foo_bar: loaded/, /^gone does not serve/]],
  ['foo', [/^foo: loaded/]],
  ['gone', [/^gone does not serve/]],
] as const)('%s', ([id, lines]) => {
  expect(pluginLines(onlyPlugin(view, id))).toEqual(
    lines.map((line) => expect.stringMatching(line) as unknown),
  );
});

test.for([
  [view, 'there is no plugin foo_; there is foo, foo_bar'],
  [{ ...view, plugins: [] }, 'there is no plugin foo_; none is there'],
] as const)('one that is not there is said to be so', ([known, message]) => {
  expect(() => onlyPlugin(known, 'foo_')).toThrow(expect.objectContaining({ code: 'not_found', message }));
});
