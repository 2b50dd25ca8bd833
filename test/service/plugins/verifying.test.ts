/** A plugin that knows senders lets in whom it names good, and nobody else, whatever it does instead of an answer. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { AskSender, PluginVerifier } from '../../../src/core/trigger.ts';
import type { Plugins } from '../../../src/service/plugins/plugins.ts';
import { createAskSender } from '../../../src/service/plugins/verifying.ts';
import { startServer } from '../../server/harness.ts';
import type { TestServer } from '../../server/harness.ts';
import { FAILURES_PER_MINUTE } from '../../../src/triggers/throttle.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sampleWebhook } from '../../triggers/samples.ts';
import { PluginDesk } from './desk.ts';

/** Each does what its name says; `default` tells what it was given by way of the id. */
const VERIFIERS = `
const never = () => new Promise(() => {});
export default { verifiers: {
  default: { headers: ['X-Proof'], verify: ({ headers, secrets, body, ...rest }, { id }) =>
    headers['x-proof'] === secrets[0]
      ? { ok: true, delivery: JSON.stringify({ ...rest, signal: undefined, receivedAt: undefined, id, body: Buffer.from(body).toString('hex') }) }
      : { ok: false, reason: 'wrong proof, not hunter2' } },
  bare: { verify: () => ({ ok: true }) },
  throws: { verify() { throw new Error('no key'); } },
  shapeless: { verify: () => true },
  truthy: { verify: () => ({ ok: 1 }) },
  numbered: { verify: () => ({ ok: true, delivery: 5 }) },
  unreasoned: { verify: () => ({ ok: false }) },
  nothing: { verify() {} },
  leaves: { verify: () => process.exit(7) },
  deaf: { verify: never },
  around: { verify: ({ body }) => ({ ok: false, reason: body.length + ' of ' + body.buffer.byteLength }) },
} };`;

let desk: PluginDesk;

beforeAll(async () => {
  desk = await PluginDesk.make({ 'know.mjs': VERIFIERS });
});
afterAll(() => desk[Symbol.asyncDispose]());

function asking(clock: Clock = systemClock): AskSender {
  return createAskSender({ plugins: desk.plugins, mask: (text) => text.replaceAll('hunter2', '***'), clock });
}

function asksOf(name: string | undefined, plugin = 'know'): PluginVerifier {
  const given = { secrets: [new Secret('hunter2')], with: { realm: 'x' }, takesId: true };
  return { plugin, ...(name !== undefined && { name }), ...given };
}

/** A server with a webhook for each name, which is asked about by the verifier of that name. */
function served(names: readonly string[], askSender = asking()): Promise<TestServer> {
  const hookOf = (name: string) =>
    sampleWebhook(name, {
      auth: {
        kind: 'plugin',
        asks: asksOf(name === 'own' ? undefined : name, name === 'gone' ? 'gone' : 'know'),
      },
      rateLimit: 10_000,
    });
  return startServer({
    webhooks: [...names.map(hookOf), sampleWebhook('plain')],
    askSender,
    settings: { publicUrl: 'https://example.com', trustedProxies: ['127.0.0.0/8'], rateLimitTotal: 10_000 },
  });
}

const proven = { 'x-proof': 'hunter2', 'x-other': 'kept', 'x-forwarded-for': '203.0.113.7' };
const reasons = ({ events }: TestServer): readonly unknown[] =>
  events.map((event) => (event.kind === 'delivery' ? event.reason : event.kind));

test('a verifier is given the body, and nothing that lies around it in memory', async () => {
  const body = Buffer.from('abc');
  const delivery = { method: 'POST', url: '/x', headers: {}, body, receivedAt: 0 };
  const asked = await asking()(asksOf('around'), { delivery, address: '192.0.2.1' });
  expect(asked).toMatchObject({ verdict: { ok: false, reason: 'know: 3 of 3' } });
});

describe('a verifier', () => {
  test('is given the request as it came, and its id and the rest of the headers are what is kept', async () => {
    await using server = await served(['own']);
    const body = Buffer.from('{"é":\r\n1}');
    const good = await server.post('/own?a=%20b', { headers: { ...proven }, body });
    expect(good.status).toBe(202);
    const [admission] = server.admissions;
    expect(JSON.parse(admission?.delivery?.id ?? '')).toEqual({
      ...{ id: 'know', method: 'POST', path: '/own?a=%20b', url: 'https://example.com/own?a=%20b' },
      ...{ address: '203.0.113.7', with: { realm: 'x' }, body: body.toString('hex') },
    });
    expect(admission?.payload).toMatchObject({ headers: { 'x-other': 'kept' } });
    expect(admission?.payload?.headers).not.toHaveProperty('x-proof');
    expect(admission?.payload?.headers).not.toHaveProperty('authorization');
  });

  test('that says no is a refusal like any other, and its reason stays inside, without secrets', async () => {
    await using server = await served(['own']);
    const stranger = { 'x-proof': 'guessed', 'x-forwarded-for': '203.0.113.7' };
    const bad = await server.post('/own', { headers: stranger });
    const plain = await server.post('/plain', { headers: { authorization: 'Bearer guessed' } });
    expect([bad.status, bad.body, [...bad.headers.keys()]]).toEqual([
      ...[plain.status, plain.body, [...plain.headers.keys()]],
    ]);
    expect(bad.status).toBe(401);
    expect(reasons(server)[0]).toBe('know: wrong proof, not ***');
    for (let failures = 1; failures < FAILURES_PER_MINUTE; failures += 1)
      await server.post('/own', { headers: stranger });
    expect((await server.post('/own', { headers: proven })).status).toBe(429);
  });

  test('without an id lets each delivery be a new one', async () => {
    await using server = await served(['bare']);
    expect((await server.post('/bare')).status).toBe(202);
    expect(server.admissions[0]?.delivery).toBeUndefined();
  });

  test.each([
    ['throws', /^the plugin know: know\.mjs:9: no key$/],
    ['shapeless', /it returned neither/],
    ['truthy', /it returned neither/],
    ['numbered', /it returned neither/],
    ['unreasoned', /it returned neither/],
    ['nothing', /it returned neither/],
    ['leaves', /^the plugin know: left with exit code 7$/],
    ['nobody', /^the plugin know has no verifier nobody$/],
    ['gone', /^the plugin gone is not loaded: it is not there; untether plugin reload/],
  ])('that gives no answer lets nobody in, and asks the sender to come again: %s', async (name, reason) => {
    await using server = await served([name, 'bare']);
    const answer = await server.post(`/${name}`);
    expect([answer.status, answer.body]).toEqual([503, { error: 'unavailable' }]);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(reasons(server)).toEqual([expect.stringMatching(reason)]);
    expect(server.logged.join()).toContain('a sender could not be verified');
    expect(server.admissions).toEqual([]);
    expect((await server.post('/bare')).status).toBe(202);
  });

  test('that answers too late lets nobody in, and nobody else waits for it', async () => {
    const clock = new FakeClock();
    await using server = await served(['deaf', 'bare'], asking(clock));
    const late = server.post('/deaf');
    await clock.timersSet();
    expect((await server.post('/bare')).status).toBe(202);
    await clock.advance(2_999);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect((await late).status).toBe(503);
    expect(reasons(server)[1]).toBe('the plugin know: it did not answer within 3 s');
  });

  test('is replaced while requests come, and none is refused', async () => {
    await using own = await PluginDesk.make({ 'know.mjs': VERIFIERS });
    const ask = createAskSender({ plugins: own.plugins, mask: (text) => text, clock: systemClock });
    await using server = await served(['bare'], ask);
    const statuses = new Map<number, number>();
    const done = new AbortController();
    const sender = async (): Promise<void> => {
      while (!done.signal.aborted) {
        const { status } = await server.post('/bare');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const senders = [sender(), sender(), sender()];
    for (let generation = 2; generation <= 4; generation += 1) {
      await own.save('know.mjs', `${VERIFIERS}// ${generation}`);
      expect(await own.plugins.reload()).toMatchObject({ refreshed: ['know'] });
    }
    done.abort();
    await Promise.all(senders);
    expect([...statuses.keys()]).toEqual([202]);
  });

  test.for([
    ['replaced by one that names no headers', VERIFIERS.replace("['X-Proof']", '[]')],
    ['removed', undefined],
  ] as const)('is %s while it is asked, and the proof is not kept either', async ([, next]) => {
    await using own = await PluginDesk.make({ 'know.mjs': VERIFIERS });
    const { plugins } = own;
    const file = join(own.folder, 'know.mjs');
    const meanwhile: Plugins['call'] = async (...call) => {
      const answer = await plugins.call(...call);
      await (next === undefined ? rm(file) : writeFile(file, next));
      await plugins.reload();
      return answer;
    };
    const ask = createAskSender({
      plugins: {
        call: meanwhile,
        keyOf: (...which) => plugins.keyOf(...which),
        lacks: (...which) => plugins.lacks(...which),
        table: () => plugins.table(),
      },
      mask: (text) => text,
      clock: systemClock,
    });
    await using server = await served(['own'], ask);
    expect((await server.post('/own', { headers: proven })).status).toBe(202);
    expect(server.admissions[0]?.payload?.headers).toMatchObject({ 'x-other': 'kept' });
    expect(server.admissions[0]?.payload?.headers).not.toHaveProperty('x-proof');
  });

  test('is asked about so many at once, and further ones are to come again', async () => {
    const clock = new FakeClock();
    const ask = asking(clock);
    const { delivery, address } = { delivery: { ...sample, body: Buffer.from('{}') }, address: '::1' };
    const waiting = Array.from({ length: 64 }, () => ask(asksOf('deaf'), { delivery, address }));
    expect(await ask(asksOf('bare'), { delivery, address })).toEqual({
      kind: 'unasked',
      reason: 'the plugin know: it is asked about 64 requests already',
    });
    await clock.advance(3_000);
    await Promise.all(waiting);
    expect(await ask(asksOf('bare'), { delivery, address })).toMatchObject({ kind: 'asked' });
  });
});

const sample = { method: 'POST', url: '/x', headers: {}, receivedAt: 0 };
