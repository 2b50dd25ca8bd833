/** Decides what uploads are compared with: a bare server that pipes each body into a file, and knows nothing else of it. */
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const [folder = ''] = process.argv.slice(2);
let count = 0;
const server = createServer((incoming, outgoing) => {
  count += 1;
  const flush = incoming.url === '/flushed';
  const file = createWriteStream(join(folder, `bare-${count}`), { flush });
  void pipeline(incoming, file).then(() => outgoing.writeHead(202).end());
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
