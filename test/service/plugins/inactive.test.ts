/** What needs a plugin that is not there is skipped with the reason, and named in a condition until it is there. */
import { describe, expect, test } from 'vitest';
import type { Admission } from '../../../src/core/admission.ts';
import type { RunSpec } from '../../../src/core/action.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { Snapshot } from '../../../src/core/snapshot.ts';
import { noteLacking, withPlugins } from '../../../src/service/plugins/inactive.ts';
import { sampleAdmission, sampleSpec } from '../../support/samples.ts';
import { sampleWebhook } from '../../triggers/samples.ts';

/** Only `here` is loaded, and `off` is disabled, whatever is asked of it. */
const plugins = {
  lacks: (kind: string, { plugin, name }: { readonly plugin: string; readonly name?: string }) => {
    if (plugin === 'here') return undefined;
    return plugin === 'off' ? 'off is disabled' : `no ${kind} ${name ?? 'alone'} of ${plugin}`;
  },
};

const calls = (plugin: string): RunSpec => ({
  ...sampleSpec(),
  action: { kind: 'plugin', plugin, with: {} },
});
const filters = (...names: readonly string[]): RunSpec => ({
  ...sampleSpec(),
  filters: names.map((plugin) => ({ plugin, name: 'f' })),
});

describe('a run', () => {
  test.for([
    ['that needs no plugin', sampleSpec(), null],
    ['of a plugin that is there', calls('here'), null],
    ['of one that is not', calls('gone'), 'no actions alone of gone'],
    ['with filters that are there', filters('here'), null],
    ['with one that is not', filters('here', 'gone'), 'no filters f of gone'],
  ] as const)('%s is let in, or skipped with the reason', async ([, spec, reason]) => {
    const seen: Admission[] = [];
    const admit = withPlugins(async ({ admissions }) => {
      seen.push(...admissions);
      return [];
    }, plugins);
    await admit({ admissions: [sampleAdmission(spec)] });
    expect(seen).toMatchObject([{ state: reason === null ? 'queued' : 'skipped', reason }]);
  });
});

describe('the condition', () => {
  const raised: string[] = [];
  const conditions = {
    raise: (_: string, detail: string) => raised.push(detail),
    clear: () => raised.push('cleared'),
  };
  const note = (snapshot: Partial<Snapshot>): string | undefined => {
    noteLacking({ crons: new Map(), webhooks: new Map(), ...snapshot }, plugins, conditions);
    return raised.at(-1);
  };
  const asks = (plugin: string) => ({ plugin, secrets: [new Secret('s')], with: {}, takesId: true });

  test('names what lacks an action, a filter or a verifier, and goes when nothing does', () => {
    const hooks = [
      sampleWebhook('a', { asks: asks('gone') }),
      sampleWebhook('b', { asks: asks('here'), spec: filters('gone') }),
      sampleWebhook('c', { spec: calls('gone') }),
    ];
    expect(note({ webhooks: new Map(hooks.map((one) => [one.id, one])) })).toBe(
      'webhook:a: no verifiers alone of gone; webhook:b: no filters f of gone; webhook:c: no actions alone of gone',
    );
    const many = Array.from({ length: 7 }, (_, n) => sampleWebhook(`m${n}`, { spec: calls('gone') }));
    expect(note({ webhooks: new Map(many.map((one) => [one.id, one])) })).toMatch(
      /webhook:m4: [^;]*; 2 more$/,
    );
    expect(note({})).toBe('cleared');
  });

  test('names once what lacks one plugin for its senders and its runs', () => {
    const hook = sampleWebhook('a', { asks: asks('off'), spec: calls('off') });
    expect(note({ webhooks: new Map([[hook.id, hook]]) })).toBe('webhook:a: off is disabled');
  });
});
