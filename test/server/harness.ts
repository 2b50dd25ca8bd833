/** Decides how a test meets the server: a real listener on a free port, with a store and a configuration it can see and change. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Admission, Admitted } from '../../src/core/admission.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { AppEvent } from '../../src/core/event.ts';
import type { Log } from '../../src/core/log.ts';
import { silentLog } from '../../src/core/log.ts';
import type { ServerSettings, Snapshot } from '../../src/core/snapshot.ts';
import type { AskSender, WebhookTrigger } from '../../src/core/trigger.ts';
import { createApp } from '../../src/server/app.ts';
import type { Bound } from '../../src/server/bound.ts';
import type { Gate, ServerDeps } from '../../src/server/deps.ts';
import { listen } from '../../src/server/listener.ts';
import type { Patience } from '../../src/server/listener.ts';
import { SAMPLE_SECRET } from '../triggers/samples.ts';

/** What the harness answers for the rest of the program; a test changes what it is about. */
export interface World {
  snapshot: Snapshot;
  gate: Gate;
  /** Called for each admission. */
  store: (admission: Admission) => Admitted | Promise<Admitted>;
}

export interface TestServer extends AsyncDisposable {
  readonly world: World;
  readonly bound: Bound;
  /** What entered the store. */
  readonly admissions: readonly Admission[];
  readonly events: readonly AppEvent[];
  readonly logged: readonly string[];
  readonly clock: ManualClock;
  /** A POST with the sample secret as bearer, unless told otherwise. */
  post(path: string, init?: RequestInit): Promise<Answer>;
  request(path: string, init: RequestInit): Promise<Answer>;
  /** Sends bytes and answers with everything that came back until the server closed the connection. */
  raw(...chunks: ReadonlyArray<string | Buffer>): Promise<string>;
}

/** A response, read. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Reads a time that stands still until it is moved; timers are the machine's, as sockets are. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export interface TestServerOptions {
  readonly webhooks: readonly WebhookTrigger[];
  readonly settings?: Partial<ServerSettings>;
  readonly host?: string;
  readonly patience?: Patience;
  readonly maxConnections?: number;
  readonly ownPaths?: readonly string[];
  readonly askSender?: AskSender;
}

/** Starts a server that is closed at the end of the test's scope. */
export async function startServer(options: TestServerOptions): Promise<TestServer> {
  const clock = manualClock();
  const admissions: Admission[] = [];
  const events: AppEvent[] = [];
  const logged: string[] = [];
  const world: World = {
    snapshot: snapshotOf(options.webhooks, options.settings),
    gate: { kind: 'open' },
    store: ({ id, state }) => ({ kind: 'admitted', run: id, state }),
  };
  const deps: ServerDeps = {
    current: () => world.snapshot,
    async admit({ admissions: batch }) {
      admissions.push(...batch);
      return Promise.all(batch.map(async (admission) => world.store(admission)));
    },
    // No webhook of these tests keeps its sender.
    results: {
      ended: () => Promise.resolve(undefined),
      output: () => Promise.resolve({ text: '', isCut: false }),
      async *follow() {},
    },
    gate: () => world.gate,
    askSender: options.askSender ?? (async () => ({ kind: 'unasked', reason: 'there are no plugins here' })),
    publish: (event) => events.push(event),
    log: recording(logged),
    clock,
    ownPaths: options.ownPaths ?? [],
    health: () => ({ status: 'ok', paused: false, webhooks: 1, crons: 0, version: '0.1.0', revision: 1 }),
    ready: () => ({ ready: true, conditions: [] }),
  };
  const listener = await listen({
    host: options.host ?? '127.0.0.1',
    port: 0,
    handlerFor: createApp(deps),
    clock: systemClock,
    ...(options.patience && { patience: options.patience }),
    ...(options.maxConnections && { maxConnections: options.maxConnections }),
  });
  const origin = `http://127.0.0.1:${listener.bound.port}`;
  const request = async (path: string, init: RequestInit): Promise<Answer> =>
    read(await fetch(origin + path, init));
  return {
    world,
    bound: listener.bound,
    admissions,
    events,
    logged,
    clock,
    request,
    post: (path, init = {}) =>
      request(path, {
        method: 'POST',
        body: '{}',
        ...init,
        headers: { ...bearerHeaders, ...(init.headers as Record<string, string>) },
      }),
    raw: (...chunks) => exchangeRaw(listener.bound.port, chunks),
    [Symbol.asyncDispose]: () => listener.close(0),
  };
}

/** A snapshot that serves these webhooks. */
export function snapshotOf(
  webhooks: readonly WebhookTrigger[],
  settings: Partial<ServerSettings> = {},
): Snapshot {
  return {
    revision: 7,
    hash: '0123456789ab',
    file: '/etc/untether.toml',
    loadedAt: 0,
    enabled: true,
    server: {
      host: '127.0.0.1',
      port: 0,
      rateLimit: 60,
      rateLimitTotal: 600,
      maxBodyBytes: 4_096,
      trustedProxies: [],
      allowUnauthenticated: false,
      ...settings,
    },
    webhooks: new Map(webhooks.map((trigger) => [trigger.id, trigger])),
    routes: new Map(webhooks.map((trigger) => [trigger.path, trigger])),
    // Nothing else of a snapshot concerns the server.
  } as unknown as Snapshot;
}

/** Sends the chunks one by one and collects what comes back until the server closes the connection. */
export async function exchangeRaw(port: number, chunks: ReadonlyArray<string | Buffer>): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  // A reset after the answer is as good an end as any; what was received is judged.
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const chunk of chunks) socket.write(chunk);
  if (!socket.closed) await once(socket, 'close');
  return Buffer.concat(received).toString('latin1');
}

const bearerHeaders = { authorization: `Bearer ${SAMPLE_SECRET}`, 'content-type': 'application/json' };

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
  };
}

function manualClock(): ManualClock {
  let elapsedMs = 0;
  return {
    now: () => Date.UTC(2026, 0, 1) + elapsedMs,
    monotonic: () => elapsedMs,
    after: systemClock.after,
    alarm: systemClock.alarm,
    advance(ms) {
      elapsedMs += ms;
    },
  };
}

function recording(logged: string[]): Log {
  const note = (message: string, fields: object = {}): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { ...silentLog, warn: note, error: note };
}
