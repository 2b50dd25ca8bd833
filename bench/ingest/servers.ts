/** Decides what is compared when deliveries are taken in: this server, and the least that Hono and node:http can do. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Admit, Admitted } from '../../src/core/admission.ts';
import { systemClock } from '../../src/core/clock.ts';
import { triggerId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { defaultPolicy } from '../../src/core/policy.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { WebhookTrigger } from '../../src/core/trigger.ts';
import { createApp } from '../../src/server/app.ts';
import type { ServerDeps } from '../../src/server/deps.ts';
import { listen } from '../../src/server/listener.ts';
import { compileAuth } from '../../src/triggers/auth.ts';

export const HOOK_PATH = '/hooks/bench';
export const HOOK_SECRET = 'a secret that only the benchmark knows';

/** Starts one of the servers on a free port of the loopback address; answers with the port. */
export type StartServer = () => Promise<number>;

/** What is compared, by name. */
export const servers = {
  untether: async () =>
    (await listen({ host: '127.0.0.1', port: 0, handlerFor: createApp(memoryDeps()), clock: systemClock }))
      .bound.port,
  'bare Hono + HMAC': startHono,
  'bare node:http + HMAC': startHttp,
} as const satisfies Record<string, StartServer>;

export type ServerName = keyof typeof servers;

function isGood(body: Buffer, signature: string | undefined): boolean {
  const given = Buffer.from((signature ?? '').replace('sha256=', ''), 'hex');
  const expected = createHmac('sha256', HOOK_SECRET).update(body).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function startHono(): Promise<number> {
  const app = new Hono();
  app.post(HOOK_PATH, async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer());
    return isGood(body, c.req.header('x-hub-signature-256'))
      ? c.json({ status: 'accepted' }, 202)
      : c.json({ error: 'unauthorized' }, 401);
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (address) => {
    resolve(address.port);
  });
  return promise;
}

function startHttp(): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const good = isGood(
        Buffer.concat(chunks),
        incoming.headers['x-hub-signature-256'] as string | undefined,
      );
      const body = JSON.stringify(good ? { status: 'accepted' } : { error: 'unauthorized' });
      outgoing.writeHead(good ? 202 : 401, {
        'Content-Type': 'application/json',
        'Content-Length': body.length,
      });
      outgoing.end(body);
    });
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => {
    resolve((server.address() as AddressInfo).port);
  });
  return promise;
}

/** A store that keeps nothing and answers a turn later, as one commit for each turn would. */
const admitNothing: Admit = (batch) => {
  const { promise, resolve } = Promise.withResolvers<readonly Admitted[]>();
  setImmediate(() => {
    resolve(batch.admissions.map(({ id, state }) => ({ kind: 'admitted', run: id, state })));
  });
  return promise;
};

function memoryDeps(): ServerDeps {
  const snapshot = benchSnapshot();
  return {
    current: () => snapshot,
    admit: admitNothing,
    gate: () => ({ kind: 'open' }),
    publish: () => {},
    log: silentLog,
    clock: systemClock,
    health: () => ({ status: 'ok', paused: false, webhooks: 1, crons: 0, version: 'bench', revision: 1 }),
    ready: () => ({ ready: true, conditions: [] }),
  };
}

function benchSnapshot(): Snapshot {
  const hook = benchWebhook();
  const unlimited = 1_000_000_000;
  return {
    revision: 1,
    enabled: true,
    server: {
      host: '127.0.0.1',
      port: 0,
      rateLimit: unlimited,
      rateLimitTotal: unlimited,
      maxBodyBytes: 1_048_576,
      trustedProxies: [],
      allowUnauthenticated: false,
    },
    webhooks: new Map([[hook.id, hook]]),
    routes: new Map([[hook.path, hook]]),
    // The intake reads nothing else of a snapshot.
  } as unknown as Snapshot;
}

function benchWebhook(): WebhookTrigger {
  const id = triggerId('webhook', 'bench');
  return {
    kind: 'webhook',
    id,
    path: HOOK_PATH,
    method: 'POST',
    open: false,
    ...compileAuth({ kind: 'hmac', algorithm: 'sha256', secrets: [new Secret(HOOK_SECRET)] }),
    maxBodyBytes: 1_048_576,
    rateLimit: 1_000_000_000,
    events: new Set(),
    maxQueued: 10_000,
    spec: {
      trigger: id,
      action: {
        kind: 'command',
        argv: ['true'],
        shell: false,
        env: {},
        cwd: '/',
        stdin: 'none',
        allowFlags: false,
      },
      policy: defaultPolicy('command'),
      notifyOnSuccess: false,
      notifyOnFailure: false,
    },
  };
}
