/** Decides what takes spans beside the load: a server that reads each batch to its end, and counts the spans when asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it says once it listens, and whenever it is asked. */
export interface CollectorReport {
  readonly port: number;
  readonly spans: number;
}

let spans = 0;
const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    spans += Buffer.concat(chunks).toString('latin1').split('"startTimeUnixNano"').length - 1;
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
const report = (): void => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, spans } satisfies CollectorReport);
};
process.on('disconnect', () => process.exit(0));
process.on('message', report);
server.listen(0, '127.0.0.1', report);
