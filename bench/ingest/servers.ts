/** Decides what is compared when deliveries are taken in: this server, and the least that Hono and node:http can do. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Admit, Admitted } from '../../src/core/admission.ts';
import { systemClock } from '../../src/core/clock.ts';
import { triggerId } from '../../src/core/ids.ts';
import { silentLog } from '../../src/core/log.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Snapshot } from '../../src/core/snapshot.ts';
import type { WebhookTrigger } from '../../src/core/trigger.ts';
import { createApp } from '../../src/server/app.ts';
import type { Results } from '../../src/server/answers/results.ts';
import type { ServerDeps } from '../../src/server/deps.ts';
import { listen } from '../../src/server/listener.ts';
import { compileAuth } from '../../src/triggers/auth.ts';
import { HOOK_PATH, HOOK_SECRET } from '../load/delivery.ts';
import { specOf } from '../spec.ts';

/** Starts one of the servers on a free port of the loopback address; answers with the port. `folder` is its own. */
export type StartServer = (folder: string) => Promise<number>;

/** What is compared, by name. */
export const servers = {
  'bare Hono + HMAC, no store': startHono,
  'bare node:http + HMAC, no store': () => startHttp(answer),
  'bare node:http + HMAC + SQLite FULL': (folder) => startHttp(committing(folder)),
  'our intake, no store': async () =>
    (await listen({ host: '127.0.0.1', port: 0, handlerFor: createApp(memoryDeps()), clock: systemClock }))
      .bound.port,
} as const satisfies Record<string, StartServer>;

/** The name of one of them. */
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

/** What becomes of a verified delivery: it is answered at once, or when it is stored. */
type Accept = (outgoing: ServerResponse, incoming: IncomingMessage, body: Buffer) => void;

function startHttp(accept: Accept): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const whole = Buffer.concat(chunks);
      const signature = incoming.headers['x-hub-signature-256'] as string | undefined;
      if (isGood(whole, signature)) accept(outgoing, incoming, whole);
      else send(outgoing, 401, JSON.stringify({ error: 'unauthorized' }));
    });
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => {
    resolve((server.address() as AddressInfo).port);
  });
  return promise;
}

function answer(outgoing: ServerResponse): void {
  send(outgoing, 202, JSON.stringify({ status: 'accepted' }));
}

function send(outgoing: ServerResponse, status: number, body: string): void {
  outgoing.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  outgoing.end(body);
}

/** The least that durability can cost: one row each, one commit for all that came in one turn of the event loop. */
function committing(folder: string): Accept {
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE deliveries (id INTEGER PRIMARY KEY, at INTEGER, headers TEXT, body BLOB)');
  const insert = database.prepare('INSERT INTO deliveries (at, headers, body) VALUES (?, ?, ?)');
  let waiting: ServerResponse[] = [];
  const commit = (): void => {
    database.exec('COMMIT');
    const stored = waiting;
    waiting = [];
    for (const outgoing of stored) answer(outgoing);
  };
  return (outgoing, incoming, body) => {
    if (waiting.length === 0) {
      database.exec('BEGIN IMMEDIATE');
      setImmediate(commit);
    }
    waiting.push(outgoing);
    insert.run(Date.now(), JSON.stringify(incoming.headers), body);
  };
}

/** A store that keeps nothing and answers a turn later, as one commit for each turn would. */
const admitNothing: Admit = (batch) => {
  const { promise, resolve } = Promise.withResolvers<readonly Admitted[]>();
  setImmediate(() => {
    resolve(batch.admissions.map(({ id, state }) => ({ kind: 'admitted', run: id, state })));
  });
  return promise;
};

/** Nobody waits for a run. */
const noResults: Results = {
  ended: () => Promise.resolve(undefined),
  output: () => Promise.resolve({ text: '', isCut: false }),
  async *follow() {},
};

function memoryDeps(): ServerDeps {
  const snapshot = benchSnapshot();
  return {
    current: () => snapshot,
    admit: admitNothing,
    results: noResults,
    gate: () => ({ kind: 'open' }),
    askSender: async () => ({ kind: 'unasked', reason: 'there are no plugins here' }),
    publish: () => {},
    log: silentLog,
    clock: systemClock,
    ownPaths: [],
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
    spec: specOf(id),
  };
}
