import { describe, expect, it } from 'vitest';
import { newRunId, triggerId } from '../../../src/core/ids.ts';
import { DEFAULT_MAX_QUEUED } from '../../../src/core/policy.ts';
import type { WebhookTrigger } from '../../../src/core/trigger.ts';
import { sampleCron, sampleSnapshot, sampleSpec } from '../../support/samples.ts';
import { Desk } from './desk.ts';

const HOUR = 3_600_000;

/** A webhook that shares the own id of the cron. */
function hook(name: string): WebhookTrigger {
  return {
    kind: 'webhook',
    id: triggerId('webhook', name),
    path: `/${name}`,
    method: 'POST',
    open: false,
    verify: () => ({ ok: true }),
    secretHeaders: new Set(),
    maxBodyBytes: 1_000,
    rateLimit: 60,
    eventPlaces: [],
    events: new Set(),
    maxQueued: 10,
    spec: sampleSpec(name),
  };
}

describe('fire', () => {
  it('queues a run of its own kind, with the data handed over and the revision its spec is from', async () => {
    await using desk = await Desk.open();
    desk.snapshot = { ...desk.snapshot, revision: 7 };
    const { run } = await desk.control.fire({ trigger: 'nightly', data: Buffer.from('{"a":1}') });
    expect(await desk.row(run)).toMatchObject({
      trigger: 'manual:nightly',
      source: 'manual',
      state: 'queued',
      revision: 7,
      payloadBytes: 7,
    });
    expect(await desk.ledger.runs.payload(run)).toMatchObject({ contentType: 'application/json' });
    expect(await desk.ledger.runs.spec(run)).toEqual(sampleCron('nightly').spec);
  });

  it('does not know what is not configured, and says what it may be', async () => {
    await using desk = await Desk.open();
    await expect(desk.control.fire({ trigger: 'nightl' })).rejects.toMatchObject({
      code: 'not_found',
      message: 'no trigger nightl is configured; did you mean cron:nightly?',
    });
  });

  it('takes no name that two triggers share, and either full one', async () => {
    await using desk = await Desk.open();
    const both = hook('nightly');
    desk.snapshot = sampleSnapshot([sampleCron('nightly')], { webhooks: new Map([[both.id, both]]) });
    await expect(desk.control.fire({ trigger: 'nightly' })).rejects.toMatchObject({ code: 'ambiguous' });
    const { run } = await desk.control.fire({ trigger: 'webhook:nightly' });
    expect(await desk.ledger.runs.spec(run)).toEqual(both.spec);
  });

  it('is refused while the service stops, and writes nothing', async () => {
    await using desk = await Desk.open();
    desk.isDraining = true;
    await expect(desk.control.fire({ trigger: 'nightly' })).rejects.toMatchObject({ code: 'draining' });
    expect(await desk.ledger.runs.list({ limit: 1 })).toEqual([]);
  });

  it('is refused when as many wait as may', async () => {
    await using desk = await Desk.open();
    const waiting = { trigger: triggerId('manual', 'nightly'), source: 'manual' } as const;
    for (let index = 0; index < DEFAULT_MAX_QUEUED; index += 1) await desk.admit(waiting);
    await expect(desk.control.fire({ trigger: 'nightly' })).rejects.toMatchObject({
      code: 'queue_full',
      message: '10000 runs of manual:nightly wait already',
    });
  });
});

describe('at', () => {
  const command = { kind: 'command', argv: ['true'] } as const;

  it('schedules a run for the moment that was written', async () => {
    await using desk = await Desk.open();
    const { run, dueAt } = await desk.control.at({ when: 'in 2h', what: command });
    expect(dueAt).toBe(desk.clock.now() + 2 * HOUR);
    expect(await desk.row(run)).toMatchObject({ source: 'at', state: 'scheduled', dueAt });
  });

  it.each([
    ['the past', '2025-12-31T23:00:00Z', /in the past/],
    ['more than a year ahead', '2028-01-01T00:00:00Z', /farther ahead than/],
    ['no time at all', 'whenever', /./],
  ])('refuses %s', async (_what, when, message) => {
    await using desk = await Desk.open();
    await expect(desk.control.at({ when, what: command })).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(message),
    });
    expect(await desk.ledger.runs.list({ limit: 1 })).toEqual([]);
  });

  it.each([
    ['an empty command', { kind: 'command', argv: [] }, 'the command is empty'],
    ['a prompt without an engine', { kind: 'prompt', prompt: 'x' }, /no default_engine/],
  ] as const)('refuses %s', async (_what, what, message) => {
    await using desk = await Desk.open();
    await expect(desk.control.at({ when: 'in 2h', what })).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(message),
    });
  });
});

describe('retry', () => {
  it('makes a new run of a finished one: the same spec and payload, under the trigger it had', async () => {
    await using desk = await Desk.open();
    desk.work();
    const payload = { body: Buffer.from('x'), contentType: 'text/plain', headers: {} };
    const first = await desk.admit({ payload });
    await desk.succeed(first);
    const { run } = await desk.control.retry(first);
    expect(run).not.toBe(first);
    expect(await desk.row(run)).toMatchObject({
      trigger: 'cron:nightly',
      source: 'retry',
      origin: first,
      payloadBytes: 1,
    });
  });

  it('refuses a run that has not ended', async () => {
    await using desk = await Desk.open();
    desk.work();
    const run = await desk.admit();
    await desk.started(run);
    await expect(desk.control.retry(run)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('does not know a run that never was', async () => {
    await using desk = await Desk.open();
    await expect(desk.control.retry(newRunId())).rejects.toMatchObject({ code: 'not_found' });
  });
});
