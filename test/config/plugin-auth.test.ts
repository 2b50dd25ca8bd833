/** Holds what a webhook comes to that leaves its senders to a plugin. */
import { describe, expect, test } from 'vitest';
import type { WebhookTrigger } from '../../src/core/trigger.ts';
import { sampleDelivery } from '../triggers/samples.ts';
import { loaded, loadText } from './support/load.ts';

const hook = (...lines: readonly string[]): string =>
  [
    '[[triggers.webhooks]]',
    'id = "a"',
    'path = "/a"',
    'action = "command"',
    'command = ["true"]',
    ...lines,
    '',
  ].join('\n');

async function compiled(...lines: readonly string[]): Promise<WebhookTrigger> {
  const { snapshot } = await loaded(hook(...lines));
  expect(snapshot.warnings).toEqual([]);
  const [one] = snapshot.webhooks.values();
  return one!;
}

async function issues(...lines: readonly string[]): Promise<readonly string[]> {
  const result = await loadText(hook(...lines));
  return result.ok ? [] : result.issues.map(({ path, message }) => `${path}: ${message}`);
}

test.for(['', '.b', '9'])('an action of a plugin cannot be called "%s"', async (name) => {
  const text = hook('auth = "none"')
    .replace('"command"', `"plugin:know.${name}"`)
    .replace(/command = .*\n/, '');
  const result = await loadText(text);
  expect(result.ok ? [] : result.issues.map(({ path }) => path)).toEqual(['triggers.webhooks[0].action']);
});

describe('auth = "plugin:…"', () => {
  test('asks the plugin, with the secrets and `with`, and lets nothing in by itself', async () => {
    const one = await compiled(
      'auth = "plugin:know.them"',
      'secret = ["s3cret", "t"]',
      'with = { realm = "x" }',
    );
    expect(one.asks).toMatchObject({ plugin: 'know', name: 'them', with: { realm: 'x' }, takesId: true });
    expect(one.asks?.secrets.map((secret) => secret.reveal())).toEqual(['s3cret', 't']);
    expect(one).toMatchObject({ open: false, isRewritten: true });
    expect(one.verify(sampleDelivery())).toMatchObject({ ok: false });
    expect(one.verifyStream).toBeUndefined();
  });

  test('needs no secret, and no name where the plugin knows one sender', async () => {
    const { asks } = await compiled('auth = "plugin:know"');
    expect(asks).toEqual({ plugin: 'know', secrets: [], with: {}, takesId: true });
  });

  test.for([
    ['none', undefined],
    ['header:X-Id', { kind: 'header', name: 'x-id' }],
  ] as const)('knows deliveries as the file says where it does: dedupe = "%s"', async ([dedupe, place]) => {
    const one = await compiled('auth = "plugin:know"', `dedupe = "${dedupe}"`);
    expect(one.asks?.takesId).toBe(false);
    expect(one.deliveryId).toEqual(place);
    expect(one.isRewritten).toBeUndefined();
  });

  test.for([
    [['auth = "plugin:Know!"'], /webhooks\[0\]\.auth: "Know!" is no name of a plugin: a letter, then/],
    [['auth = "plugin:"'], /webhooks\[0\]\.auth: "" is no name of a plugin/],
    [['auth = "plugin:know."'], /auth: no plugin has anything called "": a letter, then up to 63/],
    [['auth = "plugin:know.them.all"'], /auth: no plugin has anything called "them\.all"/],
    [['auth = "plugn:know"'], /webhooks\[0\]\.auth: expected "bearer", .* or "plugin:ID"/],
    [['auth = "plugin:know"', 'provider = "github"', 'secret = "s"'], /there is provider = "github" already/],
    [
      ['auth = "plugin:know"', 'accept_multipart = true'],
      /accept_multipart: cannot be: this sender can only/,
    ],
  ] as const)('with %j is refused', async ([lines, words]) => {
    expect(await issues(...lines)).toEqual([expect.stringMatching(words)]);
  });
});
