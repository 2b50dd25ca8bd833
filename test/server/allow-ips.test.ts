import { describe, expect, it } from 'vitest';
import { compileRanges } from '../../src/net/range.ts';
import { SAMPLE_SECRET, sampleWebhook } from '../triggers/samples.ts';
import { startServer } from './harness.ts';
import type { TestServer } from './harness.ts';

const ranges = ['203.0.113.0/24', '198.51.100.7', '2001:db8::/32'];
const allowed = { ranges, has: compileRanges(ranges) };

function withList(trustedProxies: readonly string[] = ['127.0.0.0/8']): Promise<TestServer> {
  const webhooks = [sampleWebhook('listed', { allowed, rateLimit: 1_000 }), sampleWebhook('other')];
  return startServer({ webhooks, settings: { trustedProxies } });
}

function from(server: TestServer, address: string, secret = SAMPLE_SECRET) {
  const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': address };
  return server.post('/listed', { headers });
}

const reasons = ({ events }: TestServer): readonly unknown[] =>
  events.map((event) => (event.kind === 'delivery' ? event.reason : event.kind));

describe('a list of addresses', () => {
  it.each([
    ['203.0.113.99', 202],
    ['203.0.114.1', 401],
    ['198.51.100.7', 202],
    ['198.51.100.8', 401],
    ['2001:db8:1::5', 202],
    ['2001:db9::5', 401],
    ['::ffff:203.0.113.5', 202],
    ['127.0.0.1', 401],
  ])('answers %s with %i', async (address, status) => {
    await using server = await withList();
    expect((await from(server, address)).status).toBe(status);
  });

  it('gives one answer to a wrong address, a wrong secret and both, and tells them apart in the log alone', async () => {
    await using server = await withList();
    const answers = await Promise.all([
      from(server, '192.0.2.1'),
      from(server, '203.0.113.1', 'wrong'),
      from(server, '192.0.2.1', 'wrong'),
    ]);
    const seen = answers.map(({ status, body, headers }) => ({ status, body, names: [...headers.keys()] }));
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(seen[0]).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect(reasons(server).toSorted()).toEqual([
      'address is not in allow_ips',
      'wrong credentials',
      'wrong credentials',
    ]);
    expect(server.admissions).toEqual([]);
  });

  it('believes no header of a sender that is no trusted proxy', async () => {
    await using server = await withList([]);
    expect((await from(server, '203.0.113.1')).status).toBe(401);
  });

  it('says nothing about a pause to whom it keeps out', async () => {
    await using server = await withList();
    server.world.gate = { kind: 'paused', retryAfterS: 60 };
    expect((await from(server, '192.0.2.1')).status).toBe(401);
    expect((await from(server, '203.0.113.1')).status).toBe(503);
  });

  it('keeps a provider’s questions out, too, which come before any signature', async () => {
    const earlyHandshake = () => ({ status: 200, contentType: 'text/plain', body: 'yes' });
    const asked = sampleWebhook('asked', { allowed, earlyHandshake });
    await using server = await startServer({
      webhooks: [asked],
      settings: { trustedProxies: ['127.0.0.0/8'] },
    });
    const statusFrom = async (address: string) => {
      const line = `POST /asked HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Forwarded-For: ${address}\r\n\r\n`;
      return (await server.raw(line)).slice(9, 12);
    };
    expect(await statusFrom('203.0.113.1')).toBe('200');
    expect(await statusFrom('192.0.2.1')).toBe('401');
  });

  it('is one webhook’s own', async () => {
    await using server = await withList();
    expect((await server.post('/other')).status).toBe(202);
  });
});
