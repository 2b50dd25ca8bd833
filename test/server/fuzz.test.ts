import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAMPLE_SECRET, sampleWebhook } from '../triggers/samples.ts';
import { connect } from 'node:net';
import { once } from 'node:events';
import { startServer } from './harness.ts';

const RUNS = process.env['UNTETHER_TEST_LONG'] === undefined ? 10 : 300;
// A machine that is shared takes its time with honest requests, too.
const PATIENCE = { headersMs: 250, requestMs: 250, keepAliveMs: 250 };

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

interface Wound {
  readonly at: number;
  readonly length: number;
  /** Undefined: what stands there stands there twice. */
  readonly by: string | undefined;
}

function wounded(text: string, { at, length, by }: Wound): string {
  const piece = text.slice(at, at + length);
  return text.slice(0, at) + (by ?? piece + piece) + text.slice(at + length);
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

  const valid = `POST /hook HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${SAMPLE_SECRET}\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}`;
  const scrap = fc.oneof(
    fc.constantFrom(
      '',
      '\r\n',
      '\n',
      '\r',
      ' ',
      '\0',
      ':',
      ',',
      '"',
      '{',
      '\xff',
      '%',
      'HTTP/1.1',
      'chunked',
      '0',
      '-',
    ),
    fc.string({ maxLength: 4 }),
  );
  /** A request in order, in which some places were replaced, cut out or said twice. */
  const mutated = fc
    .array(
      fc.record({
        at: fc.nat({ max: valid.length }),
        length: fc.nat({ max: 20 }),
        by: fc.oneof(scrap, fc.constant(undefined)),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((wounds) => wounds.reduce(wounded, valid));

  it(
    'is answered, or not, and the next request is served',
    async () => {
      await using server = await startServer({
        webhooks: [sampleWebhook('hook', { rateLimit: 100_000 })],
        settings: { rateLimitTotal: 100_000 },
        patience: PATIENCE,
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(bytes, halfSensible, mutated), { minLength: 20, maxLength: 20 }),
          async (requests) => {
            const answers = await Promise.all(requests.map((text) => exchange(server.bound.port, text)));
            for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1\.1 [1-4]\d\d .*)?$/s);
            expect((await server.request('/health', { method: 'GET' })).status).toBe(200);
          },
        ),
        { numRuns: RUNS },
      );
      // So many wrong secrets from one source have to wait.
      server.clock.advance(600_000);
      expect((await server.post('/hook')).status).toBe(202);
    },
    RUNS * 2_000,
  );
});
