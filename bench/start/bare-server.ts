/** Decides what a start is compared with: the least that listens, said in the same words. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_incoming, outgoing) => {
  outgoing.end();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
