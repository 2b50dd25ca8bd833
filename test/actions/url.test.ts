/** Holds URLs to the host and the path that the operator wrote, whatever a payload holds. */
import { describe, expect, it } from 'vitest';
import { renderUrl } from '../../src/actions/url.ts';
import { runValues } from '../../src/actions/values.ts';
import { newRunId, triggerId } from '../../src/core/ids.ts';
import { createTemplates } from '../../src/triggers/template.ts';
import type { Rendered } from '../../src/triggers/template.ts';

const environment = new Map([
  ['PORT', '8080'],
  ['HOST', 'h.example'],
]);

function rendered(template: string, payload: Readonly<Record<string, string>>): Promise<Rendered> {
  const body = Buffer.from(JSON.stringify(payload));
  const run = { id: newRunId(), trigger: triggerId('webhook', 'x'), dueAt: 0 };
  const values = runValues(createTemplates(), {
    run: { ...run, payload: { body, contentType: 'application/json', headers: {} } },
    ...{ secrets: () => undefined, environment: (name) => environment.get(name), nowMs: () => 0 },
  });
  return renderUrl(template, values);
}

describe('a payload', () => {
  it.each([
    ['https://a.example/in/{{p}}', { p: 'b/c' }, 'https://a.example/in/b/c'],
    ['https://a.example/in/{{p}}', { p: 'v1.2..3?x=../y#..' }, 'https://a.example/in/v1.2..3?x=../y#..'],
    ['https://a.example{{p}}', { p: '/b' }, 'https://a.example/b'],
    ['https://a.example{{p}}', { p: '' }, 'https://a.example'],
    ['https://a.example?q={{p}}', { p: '../b' }, 'https://a.example?q=../b'],
    ['http://a.example:{{env.PORT}}/{{p}}', { p: 'b' }, 'http://a.example:8080/b'],
    ['http://{{env.HOST}}/{{p}}', { p: 'b' }, 'http://h.example/b'],
    ['https://a.example/x/../{{p}}', { p: 'b' }, 'https://a.example/x/../b'],
    ['https://{{p}}.example/', { p: 'b' }, 'https://b.example/'],
    ['{{p}}', { p: 'https://b.example/../c' }, 'https://b.example/../c'],
  ])('fills in what is left open: %s %j', async (template, payload, text) => {
    expect(await rendered(template, payload)).toEqual({ ok: true, text });
  });

  it.each([
    ['https://a.example{{p}}', { p: '.evil.example/' }],
    ['https://a.example{{p}}', { p: '@evil.example/' }],
    ['https://a.example{{p}}', { p: '\n@evil.example/' }],
    ['https://a.example{{p}}', { p: ':8443/' }],
    ['https://a.example {{- p}}', { p: 'x/' }],
    ['https://{{env.HOST}}{{p}}', { p: '.evil.example' }],
    ['http://a.example:{{env.PORT}}{{p}}', { p: '1' }],
    ['https://{{p}}/', { p: 'a:b@evil.example' }],
  ])('chooses no other host: %s %j', async (template, payload) => {
    expect(await rendered(template, payload)).toEqual({ ok: false, reason: 'the payload changes its host' });
  });

  it.each(['..', '../x', 'b/../../x', '%2e%2E/x', '.%2e/x', '..\\x', 'b/..?x', '.\t./x', './x'])(
    'leaves no path: %j',
    async (p) => {
      const left = { ok: false, reason: 'the payload leaves its path' };
      expect(await rendered('https://a.example/in/{{p}}', { p })).toEqual(left);
    },
  );
});
