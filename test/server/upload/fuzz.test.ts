/** Whatever is sent as an upload: it is answered or cut, no file stays of one that is not accepted, and the next is served. */
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventually } from '../../support/untether.ts';
import {
  BOUNDARY,
  END,
  FIELD,
  FILE,
  answerOf,
  headOf,
  part,
  requestOf,
  startUploadServer,
} from './support.ts';

const TIMES = process.env['UNTETHER_TEST_LONG'] === undefined ? 150 : 3_000;

/** Sends the pieces and answers with what came back; a request that is not whole ends with its sender's hanging up. */
async function exchange(
  port: number,
  pieces: readonly Buffer[],
  { isWhole }: { readonly isWhole: boolean } = { isWhole: true },
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  // A reset is one way of not answering.
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
  if (!isWhole) socket.end();
  await closed;
  return received;
}

const token = fc.oneof(
  fc.constantFrom(
    ...[FILE, FIELD, END, `--${BOUNDARY}`, `--${BOUNDARY}\r\n`, '--', '\r\n', '\r\n\r\n', '\r', '\n', '\0'],
    ...[
      'Content-Disposition: form-data; name="a"; filename="',
      'Content-Disposition: form-data; name=',
      '"',
      ';',
    ],
    ...[
      "filename*=utf-8''%e2%82%ac",
      'Content-Type: text/plain; charset=base64',
      'Content-Type: multipart/mixed',
    ],
    part('form-data; name="__proto__"', 'x'),
    part('form-data; name="b"; filename="../../b"', 'x'.repeat(12_000)),
    part('form-data; name="c"; filename="c"', 'x'.repeat(9_000)),
  ),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const assembled = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(''));
const damaged = fc
  .record({ at: fc.nat({ max: 400 }), cut: fc.nat({ max: 8 }), put: fc.uint8Array({ maxLength: 4 }) })
  .map(({ at, cut, put }) => {
    const good = FILE + FIELD + FILE + END;
    return good.slice(0, at) + Buffer.from(put).toString('latin1') + good.slice(at + cut);
  });
const body = fc.oneof(assembled, damaged).map((text) => Buffer.from(text, 'latin1'));
/** Where the request is cut into pieces. */
const cuts = fc.array(fc.nat({ max: 1_200 }), { maxLength: 4 });

function inPieces(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const places = [
    0,
    ...at.map((place) => Math.min(place, bytes.length)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

it('is answered or cut, and leaves nothing but what was accepted', async () => {
  await using up = await startUploadServer();
  const { port } = up.server.bound;
  await fc.assert(
    fc.asyncProperty(body, cuts, fc.boolean(), async (bytes, at, isWhole) => {
      const request = isWhole
        ? requestOf(bytes)
        : Buffer.concat([Buffer.from(headOf(['Content-Length: 20000'])), bytes]);
      const [status] = answerOf(await exchange(port, inPieces(request, at), { isWhole }));
      expect([0, 202, 400, 413]).toContain(status);
      if (isWhole) expect(status).not.toBe(0);
      if (status === 202) await up.clear();
      await eventually('nothing of it is left', async () => (await up.files()).length === 0);
    }),
    { numRuns: TIMES },
  );
  expect(up.server.logged.filter((line) => line.includes('fault'))).toEqual([]);
  expect(answerOf(await exchange(port, [requestOf(FILE + END)]))[0]).toBe(202);
}, 600_000);

it('says the same of a body in any pieces', async () => {
  await using up = await startUploadServer();
  const { port } = up.server.bound;
  await fc.assert(
    fc.asyncProperty(body, cuts, async (bytes, at) => {
      const [inOne] = answerOf(await exchange(port, [requestOf(bytes)]));
      const [inMany] = answerOf(await exchange(port, inPieces(requestOf(bytes), at)));
      expect(inMany).toBe(inOne);
      await up.clear();
    }),
    { numRuns: Math.ceil(TIMES / 3) },
  );
}, 600_000);
