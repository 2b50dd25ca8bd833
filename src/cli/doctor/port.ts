/** Decides whether webhooks can be received where the configuration says. */
import { createServer } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import type { Facts } from './facts.ts';
import { broken, fine } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'port';

export async function checkPort({ loaded, service }: Facts): Promise<readonly Finding[]> {
  if (service.kind === 'running' && service.status.address !== null)
    return [fine(name, `the service listens on ${service.status.address}`)];
  if (loaded === undefined) return [];
  const { host, port } = loaded.snapshot.server;
  const fault = await tryToListen(host, port);
  const where = `${host}:${port === 0 ? 'any port' : port}`;
  return [fault === undefined ? fine(name, `${where} is free`) : refusal(fault, where, port)];
}

/** Listens for a moment; what stands in the way, or undefined. */
function tryToListen(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | undefined>();
  const server = createServer();
  server.once('error', resolve);
  server.listen({ host, port, exclusive: true }, () => {
    server.close(() => {
      resolve(undefined);
    });
  });
  return promise;
}

function refusal(fault: NodeJS.ErrnoException, where: string, port: number): Finding {
  switch (fault.code) {
    case 'EADDRINUSE':
      return broken(
        { name, finding: `${where} is taken by another program` },
        `see which by: ss -ltnp 'sport = :${port}'; or write another [triggers.server] port`,
      );
    case 'EACCES':
      return broken(
        { name, finding: `${where} may not be taken by this user` },
        'write a [triggers.server] port above 1023',
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return broken(
        { name, finding: `${where} is no address of this machine` },
        'write another [triggers.server] host, such as 127.0.0.1',
      );
    default:
      return broken({ name, finding: `${where} cannot be listened on: ${messageOf(fault)}` }, '');
  }
}
