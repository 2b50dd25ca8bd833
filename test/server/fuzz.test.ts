import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAMPLE_SECRET, sampleWebhook } from '../triggers/samples.ts';
import { connect } from 'node:net';
import { once } from 'node:events';
import { startServer } from './harness.ts';

const PATIENCE = { headersMs: 50, requestMs: 50, keepAliveMs: 50 };

/** Sends bytes, hangs up its own side, and answers with what came back. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
  // A reset is one way of not answering.
  socket.on('error', () => {});
  socket.end(text, 'latin1');
  await once(socket, 'close');
  return received;
}

describe('whatever arrives at the port', () => {
  const verbs = fc.constantFrom('POST', 'GET', 'HEAD', 'BREW', 'CONNECT', 'TRACE');
  const target = fc.oneof(
    fc.constantFrom('/hook', '/health', '/hook?x', '*', '//', 'http://h/hook', '/\\hook', '/%'),
    fc.webPath(),
  );
  const headerLine = fc.constantFrom(
    `Authorization: Bearer ${SAMPLE_SECRET}`,
    'Authorization: \xff',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Content-Type: application/x-www-form-urlencoded',
    'Expect: 100-continue',
    'Expect: the unexpected',
    'Connection: upgrade\r\nUpgrade: websocket',
    'Host: [::1',
    'Host: a b',
    '__proto__: x',
    'Set-Cookie: a=b',
    'X-Forwarded-For: ,,,',
  );
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'));
  const halfSensible = fc
    .tuple(
      verbs,
      target,
      fc.array(headerLine, { maxLength: 6 }),
      fc.oneof(bytes, fc.constantFrom('{"a":1}', '5\r\n{"a":\r\n', '0\r\n\r\n')),
    )
    .map(
      ([verb, path, lines, body]) =>
        `${verb} ${path} HTTP/1.1\r\nHost: h\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n${body}`,
    );

  it('is answered, or not, and the next request is served', async () => {
    await using server = await startServer({
      webhooks: [sampleWebhook('hook', { rateLimit: 100_000 })],
      settings: { rateLimitTotal: 100_000 },
      patience: PATIENCE,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(bytes, halfSensible), { minLength: 20, maxLength: 20 }),
        async (requests) => {
          const answers = await Promise.all(requests.map((text) => exchange(server.bound.port, text)));
          for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1\.1 [1-4]\d\d .*)?$/s);
          expect((await server.request('/health', { method: 'GET' })).status).toBe(200);
        },
      ),
      { numRuns: 10 },
    );
    expect((await server.post('/hook')).status).toBe(202);
  });
});
