import { describe, expect, it } from 'vitest';
import { newRunId } from '../../src/core/ids.ts';
import { admissionOf, decide } from '../../src/triggers/admit.ts';
import type { Decision } from '../../src/triggers/admit.ts';
import { bodyHashOf } from '../../src/triggers/delivery.ts';
import { sampleDelivery, sampleWebhook } from './samples.ts';

const pushOnly = sampleWebhook('hook', { events: new Set(['push', 'release']) });

describe('decide', () => {
  it('accepts a delivery with its raw body, its type and the headers that are no secret', () => {
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      authorization: 'Bearer x',
      cookie: 'a=b',
    };
    const delivery = sampleDelivery(headers, '{"a": 1}');
    expect(decide(sampleWebhook(), delivery)).toEqual({
      kind: 'accepted',
      payload: {
        body: delivery.body,
        contentType: 'application/json',
        headers: { 'content-type': 'application/json', 'x-github-event': 'push' },
      },
    });
  });

  it('refuses what it cannot read, before any filter', () => {
    expect(decide(pushOnly, sampleDelivery({}, '{'))).toEqual({ kind: 'refused', reason: 'invalid JSON' });
  });

  it.each([
    ['push', 'accepted'],
    ['release', 'accepted'],
    ['Push', 'filtered'],
    ['pull_request', 'filtered'],
    ['', 'filtered'],
    [undefined, 'filtered'],
  ])('judges the event %s as %s', (event, kind) => {
    expect(decide(pushOnly, sampleDelivery({ 'x-github-event': event })).kind).toBe(kind);
  });

  it('does not let a later header speak where an earlier one does', () => {
    const headers = { 'x-github-event': 'issues', 'x-event-type': 'push' };
    expect(decide(pushOnly, sampleDelivery(headers)).kind).toBe('filtered');
  });

  it('names the delivery, with the hash of its body, where the webhook says its id is', () => {
    const trigger = sampleWebhook('hook', { deliveryId: { kind: 'json', name: 'event.id' } });
    const delivery = sampleDelivery({}, '{"event":{"id":"e1"}}');
    expect(decide(trigger, delivery)).toMatchObject({
      delivery: { id: 'e1', bodyHash: bodyHashOf(delivery.body) },
    });
  });
});

describe('admissionOf', () => {
  it('makes a waiting occurrence of the moment it was received, bounded by max_queued', () => {
    const trigger = sampleWebhook('hook', { maxQueued: 7 });
    const decision = decide(trigger, sampleDelivery()) as Extract<Decision, { kind: 'accepted' }>;
    const id = newRunId();
    expect(admissionOf(trigger, decision, { id, revision: 3, receivedAt: 5 })).toEqual({
      id,
      trigger: trigger.id,
      source: 'webhook',
      dueAt: 5,
      admittedAt: 5,
      revision: 3,
      state: 'queued',
      reason: null,
      spec: trigger.spec,
      limit: { kind: 'waiting', max: 7 },
      payload: decision.payload,
    });
  });
});
