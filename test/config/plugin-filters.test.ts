/** Holds where the file may use filters of plugins, and that runs remember which they need. */
import { describe, expect, test } from 'vitest';
import { loaded, said, webhook } from './support/load.ts';

const USE = '{{ a | plugin: "text.slug" }}';

async function filtersOf(...lines: readonly string[]): Promise<unknown> {
  const { snapshot } = await loaded(webhook('a', ...lines));
  const [hook] = snapshot.webhooks.values();
  return hook?.spec.filters;
}

const acting = (text: string, action: string): string =>
  text.replace('action = "command"\n', `action = "${action}"\n`).replace('command = ["true"]\n', '');

describe('filters of plugins', () => {
  test('are kept with the runs whose templates use them, those of the fetch first', async () => {
    expect(await filtersOf()).toBeUndefined();
    expect(await filtersOf(`env = { A = '${USE}', B = '{{ b | plugin: "b" }}' }`)).toEqual([
      { plugin: 'text', name: 'slug' },
      { plugin: 'b' },
    ]);
    const fetch = `fetch = { type = "http_get", url = 'https://example.com/{{ a | plugin: "first" }}' }`;
    expect(await filtersOf(`env = { A = '${USE}' }`, fetch)).toEqual([
      { plugin: 'first' },
      { plugin: 'text', name: 'slug' },
    ]);
  });

  test.for([
    ['a message', acting(webhook('a', `message_template = '${USE}'`), 'notify_only')],
    ['a URL', acting(webhook('a', `forward_url = 'https://example.com/${USE}'`), 'http_forward')],
    ['a file', acting(webhook('a', `file_path = '/srv/in/${USE}'`), 'file_write')],
  ] as const)('work in what runs render: %s', async ([, text]) => {
    expect(await said(text)).toEqual([]);
  });

  test.for([
    ['coalesce.key', webhook('a', `coalesce = { key = '${USE}', window = "1s" }`)],
    ['file_destination', webhook('a', 'accept_multipart = true', `file_destination = 'in/${USE}'`)],
    ['ping.success', webhook('a', `ping = { success = 'https://example.com/${USE}' }`)],
    ['engines.e.env.A', `[engines.e]\ncommand = ["true"]\nenv = { A = '${USE}' }\n${webhook('a')}`],
  ] as const)('have no place elsewhere: %s', async ([key, text]) => {
    expect((await said(text)).join('\n')).toMatch(
      new RegExp(
        `${key}: filters of plugins have no place here: they work in what the runs of a trigger render`,
      ),
    );
  });

  test('are named in so many words', async () => {
    expect((await said(webhook('a', `env = { A = '{{ a | plugin: b }}' }`))).join('\n')).toMatch(
      /env\.A: the template cannot be read: "plugin" must be followed by a plugin's filter/,
    );
  });
});
