import { describe, expect, it } from 'vitest';
import type { HealthView, ReadyView } from '../../../src/server/routes/health.ts';
import { healthRoutes } from '../../../src/server/routes/health.ts';
import { sampleWebhook } from '../../triggers/samples.ts';
import { startServer } from '../harness.ts';

const health: HealthView = {
  status: 'ok',
  paused: false,
  webhooks: 2,
  crons: 3,
  version: '0.1.0',
  revision: 7,
};
const ready: ReadyView = { ready: true, conditions: [] };

function get(path: string, views: { readonly health?: HealthView; readonly ready?: ReadyView } = {}) {
  return healthRoutes({ health: () => views.health ?? health, ready: () => views.ready ?? ready }).request(
    path,
  );
}

describe('GET /health', () => {
  it.each([
    ['ok', false],
    ['paused', true],
    ['degraded', false],
  ] as const)('is 200 with its fields while alive, also when %s', async (status, paused) => {
    const response = await get('/health', { health: { ...health, status, paused } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status,
      paused,
      webhooks: 2,
      crons: 3,
      version: '0.1.0',
      revision: 7,
    });
  });
});

describe('GET /ready', () => {
  it('is 200 when ready', async () => {
    const response = await get('/ready');
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: { status: 'ready', conditions: [] },
    });
  });

  it('is 503 with the conditions that fail', async () => {
    const conditions = [{ code: 'store_down', text: 'the store does not answer' }];
    const response = await get('/ready', { ready: { ready: false, conditions } });
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 503,
      body: { status: 'not ready', conditions },
    });
  });
});

describe('on the real listener', () => {
  it('health answers GET and HEAD with any query, and nothing else', async () => {
    await using server = await startServer({ webhooks: [sampleWebhook()] });
    expect(await server.request('/health?x=1', { method: 'GET' })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    expect(await server.request('/health', { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: undefined,
    });
    expect((await server.request('/ready', { method: 'HEAD' })).status).toBe(200);
    expect((await server.request('/health', { method: 'POST' })).status).toBe(404);
  });

  it('shows no banner', async () => {
    await using server = await startServer({ webhooks: [] });
    const { headers } = await server.request('/health', { method: 'GET' });
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
  });
});
