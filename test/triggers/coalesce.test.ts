import { describe, expect, it, test } from 'vitest';
import { newRunId } from '../../src/core/ids.ts';
import type { Delivery, WebhookTrigger } from '../../src/core/trigger.ts';
import { admissionOf, decide } from '../../src/triggers/admit.ts';
import type { Accepted } from '../../src/triggers/admit.ts';
import { compileBurstKey } from '../../src/triggers/coalesce.ts';
import { createTemplates } from '../../src/triggers/template.ts';
import { sampleDelivery, sampleWebhook } from './samples.ts';

const WINDOW = { windowMs: 30_000, maxWaitMs: 300_000 };

/** A webhook whose bursts are told apart by `key`. */
function coalescing(key?: string, change: Partial<WebhookTrigger> = {}): WebhookTrigger {
  const keyOf = compileBurstKey(key, createTemplates());
  return sampleWebhook('hook', { coalesce: { key, keyOf, ...WINDOW }, ...change });
}

function accepted(trigger: WebhookTrigger, body: string, headers: Delivery['headers'] = {}): Accepted {
  const decision = decide(trigger, sampleDelivery(headers, body));
  if (decision.kind !== 'accepted') throw new TypeError(`it was ${decision.kind}`);
  return decision;
}

describe('the burst of a delivery', () => {
  test.each([
    ['a field', '{{pull_request.number}}', '{"pull_request":{"number":7}}', '7'],
    ['several fields', '{{repo}}/{{n}}', '{"repo":"a","n":1}', 'a/1'],
    ['a header', '{{headers.x-github-event}}', '{}', 'push'],
    ['the whole body', '{{body}}', '{"a":1}', '{"a":1}'],
    ['a root that is no object', '{{_body.0}}', '[5]', '5'],
    ['a list, as JSON', '{{a}}', '{"a":[1]}', '[1]'],
    ['what the service answers itself, which no payload can say', '{{n}}{{now}}', '{"n":1,"now":"x"}', '1'],
  ])('is named by %s', (...[, key, body, expected]) => {
    const decision = accepted(coalescing(key), body, { 'x-github-event': 'push' });
    expect(decision.burst).toEqual({ key: expected, ...WINDOW });
  });

  it('is one for all deliveries where there is no key', () => {
    expect(accepted(coalescing(), '{"a":1}').burst).toEqual({ key: '', ...WINDOW });
  });

  it('is named by a hash where the name is long', () => {
    const name = (text: string): string | undefined =>
      accepted(coalescing('{{a}}'), JSON.stringify({ a: text })).burst?.key;
    expect(name('x'.repeat(200))).toBe('x'.repeat(200));
    expect(name('x'.repeat(201))).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(name('x'.repeat(201))).not.toBe(name('x'.repeat(202)));
  });

  it('cannot be named by a header that holds what verifies the sender', () => {
    const decision = accepted(coalescing('{{headers.authorization}}'), '{}', { authorization: 'Bearer x' });
    expect(decision).not.toHaveProperty('burst');
  });

  test.each([
    ['missing', '{}'],
    ['null', '{"a":null}'],
    ['empty', '{"a":""}'],
    ['blank', '{"a":" \\n"}'],
  ])('is none where the field is %s, and nothing is said of it', (_what, body) => {
    const decision = accepted(coalescing('{{a}}'), body);
    expect(decision).not.toHaveProperty('burst');
    expect(decision).not.toHaveProperty('apart');
  });

  it('is none where the key cannot be rendered within its limits, with the reason', () => {
    const body = JSON.stringify({ a: 'x'.repeat(1_000), b: 'y'.repeat(100_000) });
    const decision = accepted(coalescing('{{a | split: "" | join: b}}'), body);
    expect(decision).not.toHaveProperty('burst');
    expect(decision.apart).toMatch(/memory/);
  });
});

describe('the admission', () => {
  const facts = { id: newRunId(), revision: 3, receivedAt: 5 };

  it('of a delivery of a burst waits for its window, and for room among all that wait', () => {
    const trigger = coalescing('{{a}}', { maxQueued: 7 });
    expect(admissionOf(trigger, accepted(trigger, '{"a":1}'), facts)).toMatchObject({
      dueAt: 5,
      state: 'scheduled',
      coalesce: { key: '1', ...WINDOW },
      limit: { kind: 'pending', max: 7 },
    });
  });

  it('of one without a key waits for a place only, and for the same room', () => {
    const trigger = coalescing('{{a}}', { maxQueued: 7 });
    const admission = admissionOf(trigger, accepted(trigger, '{}'), facts);
    expect(admission).toMatchObject({ state: 'queued', limit: { kind: 'pending', max: 7 } });
    expect(admission).not.toHaveProperty('coalesce');
  });
});
