/** Decides what an upload is in the measures: one form with one large file, sent as fast as it is taken. */
import { once } from 'node:events';
import { request } from 'node:http';

/** What is asked for. */
export interface SendCommand {
  readonly port: number;
  readonly path: string;
  readonly bytes: number;
  readonly authorization: string;
}

/** How long it took, from the first byte to the answer, ms. */
export interface Sent {
  readonly ms: number;
  readonly status: number;
}

const PIECE = Buffer.alloc(64 * 1024, 'All the bytes of a file are alike to who takes it in. ');
const HEAD =
  '--boundary\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\nContent-Type: application/octet-stream\r\n\r\n';
const TAIL = '\r\n--boundary--\r\n';

process.on('message', (command: SendCommand) => {
  void send(command).then((sent) => process.send?.(sent));
});

async function send({ port, path, bytes, authorization }: SendCommand): Promise<Sent> {
  const startedAt = performance.now();
  const outgoing = request({
    ...{ port, path, host: '127.0.0.1', method: 'POST', agent: false },
    headers: {
      authorization,
      'content-type': 'multipart/form-data; boundary=boundary',
      'content-length': HEAD.length + bytes + TAIL.length,
    },
  });
  const answered = once(outgoing, 'response');
  outgoing.write(HEAD);
  for (let left = bytes; left > 0; left -= PIECE.length) {
    if (!outgoing.write(PIECE.subarray(0, left))) await once(outgoing, 'drain');
  }
  outgoing.end(TAIL);
  const [incoming] = (await answered) as [{ statusCode: number; resume(): void }];
  incoming.resume();
  return { ms: performance.now() - startedAt, status: incoming.statusCode };
}
