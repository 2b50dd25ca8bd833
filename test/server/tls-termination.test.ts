/** Holds TLS at the listener to its promises: bounded, exchanged while it serves, and HTTP behind it as without. */
import { once } from 'node:events';
import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { TLSSocket, connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { Secret } from '../../src/core/secret.ts';
import type { TlsPair } from '../../src/core/tls.ts';
import { acquaint } from '../../src/server/acquainted.ts';
import { listen } from '../../src/server/listener.ts';
import type { Listener, ListenOptions } from '../../src/server/listener.ts';
import { issue } from '../support/certificate.ts';
import type { Issued } from '../support/certificate.ts';
import { exchangeRaw } from './harness.ts';

const PATIENCE = { headersMs: 100, requestMs: 200, keepAliveMs: 1_000 };
const MOST = 5;

const first = issue();
const second = issue();

function pairOf({ cert, key, fingerprint }: Issued, minVersion: TlsPair['minVersion'] = 'TLSv1.2'): TlsPair {
  return { cert, key: new Secret(key), minVersion, validTo: 0, fingerprint };
}

interface Served extends AsyncDisposable {
  readonly listener: Listener;
  readonly port: number;
  readonly logged: readonly string[];
}

async function serve(tls: TlsPair | undefined, more: Partial<ListenOptions> = {}): Promise<Served> {
  const logged: string[] = [];
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    tls,
    handlerFor: () => (incoming, outgoing) => {
      if (incoming.url === '/known') acquaint(incoming.socket);
      outgoing.end(`HTTP/${incoming.httpVersion}`);
    },
    clock: systemClock,
    log: {
      ...{ info: () => {}, warn: () => {}, error: () => {} },
      debug: (message, fields) => logged.push(`${message} ${JSON.stringify(fields)}`),
    },
    ...more,
  });
  return {
    listener,
    port: listener.bound.port,
    logged,
    [Symbol.asyncDispose]: () => listener.close(0),
  };
}

interface Answer {
  readonly body: string;
  readonly connection: string;
  /** Of the certificate that was shown; undefined: none was. */
  readonly fingerprint: string | undefined;
}

/** Asks, and trusts both certificates alone. */
function ask(
  { port, listener }: Served,
  options: RequestOptions = {},
  scheme = listener.bound.url,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const where = { host: '127.0.0.1', port, agent: false, ca: [first.cert, second.cert], ...options };
  const sent = (scheme.startsWith('https') ? request : plainRequest)(where, (response) => {
    const { socket } = response;
    const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    let body = '';
    response.on('data', (chunk: Buffer) => (body += chunk.toString()));
    response.once('end', () => {
      const { connection = '' } = response.headers;
      resolve({ body, connection, fingerprint: shown?.fingerprint256 });
    });
  });
  sent.once('error', reject);
  sent.end();
  return promise;
}

/** A connection that has got through, or why it has not. */
async function shake({ port }: Served, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, ca: [first.cert, second.cert], ...options });
  socket.resume();
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  socket.on('error', () => {
    // Closed under its hands.
  });
  return socket;
}

describe('a listener with a certificate', () => {
  it('speaks HTTP/1.1 behind it and says https', async () => {
    await using served = await serve(pairOf(first));
    expect(served.listener.bound.url).toBe(`https://127.0.0.1:${served.port}`);
    expect(await ask(served)).toMatchObject({ body: 'HTTP/1.1', fingerprint: first.fingerprint });
  });

  it('closes a connection on which plain HTTP is spoken, without an answer, and goes on', async () => {
    await using served = await serve(pairOf(first));
    expect(await exchangeRaw(served.port, ['GET / HTTP/1.1\r\nHost: h\r\n\r\n'])).not.toContain('HTTP');
    expect(served.logged).toEqual([expect.stringMatching(/no TLS on a connection .*http request/i)]);
    expect((await ask(served)).body).toBe('HTTP/1.1');
  });

  it.each<[string, TlsPair['minVersion'], ConnectionOptions]>([
    ['TLS 1.1', 'TLSv1.2', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['less than the least that is asked for', 'TLSv1.3', { maxVersion: 'TLSv1.2' }],
    ['HTTP/2 alone', 'TLSv1.2', { ALPNProtocols: ['h2'] }],
  ])('refuses %s', async (_what, minVersion, options) => {
    await using served = await serve(pairOf(first, minVersion));
    await expect(shake(served, options)).rejects.toThrow(/alert/);
  });

  it.each<[string, string]>([
    ['no key', 'x'],
    ['the key of another', second.key],
  ])('does not come about with %s', async (_what, key) => {
    await expect(serve({ ...pairOf(first), key: new Secret(key) })).rejects.toThrow(/DECODER|key/);
  });
});

describe('the pair of a listener', () => {
  it('is exchanged for new connections, and those that are open go on', async () => {
    await using served = await serve(pairOf(first));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
    });
    expect((await ask(served, { agent })).fingerprint).toBe(first.fingerprint);
    served.listener.ready(pairOf(second))();
    expect(await ask(served)).toMatchObject({ fingerprint: second.fingerprint });
    expect(await ask(served, { agent })).toMatchObject({
      fingerprint: first.fingerprint,
      connection: 'keep-alive',
    });
    expect(served.listener.tls?.fingerprint).toBe(second.fingerprint);
  });

  it('is in nobody’s way until it is wanted, and never when TLS refuses it', async () => {
    await using served = await serve(pairOf(first));
    served.listener.ready(pairOf(second));
    expect(() => served.listener.ready({ ...pairOf(second), key: new Secret(first.key) })).toThrow(/key/);
    expect((await ask(served)).fingerprint).toBe(first.fingerprint);
  });

  it('comes and goes on one port: what was open is served once more', async () => {
    await using served = await serve(undefined);
    const agents = { http: new PlainAgent({ keepAlive: true }), https: new Agent({ keepAlive: true }) };
    onTestFinished(() => {
      agents.http.destroy();
      agents.https.destroy();
    });
    const plainly = { agent: agents.http };
    expect(await ask(served, plainly)).toMatchObject({ connection: 'keep-alive' });
    served.listener.ready(pairOf(first))();
    expect(await ask(served, plainly, 'http')).toMatchObject({ body: 'HTTP/1.1', connection: 'close' });
    await expect(ask(served, {}, 'http')).rejects.toThrow();
    const securely = { agent: agents.https };
    expect(await ask(served, securely)).toMatchObject({ fingerprint: first.fingerprint });
    served.listener.ready(undefined)();
    expect(await ask(served, securely, 'https')).toMatchObject({ body: 'HTTP/1.1', connection: 'close' });
    expect(await ask(served)).toMatchObject({ body: 'HTTP/1.1', fingerprint: undefined });
    expect(served.listener.bound.url).toBe(`http://127.0.0.1:${served.port}`);
  });
});

describe('a connection without a word', () => {
  it('has as long for its handshake as for its headers', async () => {
    await using served = await serve(pairOf(first), { patience: PATIENCE });
    const socket = connect(served.port, '127.0.0.1').resume();
    await once(socket, 'close');
    expect(served.logged).toEqual([expect.stringContaining('handshake')]);
  });

  it('has no more than that for its headers, once it is encrypted', async () => {
    await using served = await serve(pairOf(first), { patience: PATIENCE });
    const socket = await shake(served);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.write('GET / HTTP/1.1\r\n');
    await once(socket, 'close');
    expect(received).toContain('408 Request Timeout');
  });

  it('counts among the connections before it is encrypted, and the oldest makes room', async () => {
    await using served = await serve(pairOf(first), { maxConnections: MOST });
    const oldest = connect(served.port, '127.0.0.1').resume();
    const gone = once(oldest, 'close');
    await once(oldest, 'connect');
    for (let count = 0; count < MOST; count += 1) await shake(served);
    await gone;
    expect((await ask(served)).body).toBe('HTTP/1.1');
  });

  it('drives nobody away who is known', async () => {
    await using served = await serve(pairOf(first), { maxConnections: MOST });
    const known = await shake(served);
    known.write('GET /known HTTP/1.1\r\nHost: h\r\n\r\n');
    await once(known, 'data');
    const stranger = await shake(served);
    const gone = once(stranger, 'close');
    for (let count = 0; count < 2 * MOST; count += 1) await shake(served);
    await gone;
    expect(known.closed).toBe(false);
  });

  it('that says nothing holds no close up, one that is under way is waited for', async () => {
    const served = await serve(pairOf(first));
    const silent = connect(served.port, '127.0.0.1').resume();
    const begun = connect(served.port, '127.0.0.1').resume();
    begun.write(Buffer.of(0x16, 3, 1));
    await shake(served);
    const gone = once(silent, 'close');
    const closed = served.listener.close(60_000);
    await gone;
    expect(begun.closed).toBe(false);
    begun.destroy();
    await closed;
  });

  it('is cut when the listener closes, whatever it waits for', async () => {
    const served = await serve(pairOf(first));
    const socket = connect(served.port, '127.0.0.1').resume();
    socket.on('error', () => {
      // Cut by a reset is cut.
    });
    await once(socket, 'connect');
    await shake(served);
    await served.listener.close(0);
    if (!socket.closed) await once(socket, 'close');
  });
});
