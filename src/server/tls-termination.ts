/** Decides whether HTTP is spoken plainly or through TLS on a connection that comes in, which may change while the server listens. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { AppError, messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { TlsPair } from '../core/tls.ts';

/** What TLS is ended with. */
export interface TerminationOptions {
  /** How long a handshake may take, ms. */
  readonly handshakeMs: number;
  /** Called when a handshake is done: the connection goes on as `secured`. */
  readonly onSecured: (raw: Socket, secured: Socket) => void;
  readonly log: Log;
}

/** Where TLS ends, and HTTP goes on. */
export interface TlsTermination {
  /** What new connections are met with; undefined: plainly. */
  readonly tls: TlsPair | undefined;
  /** Gets ready for another pair, or for none; throws what TLS refuses. The answer puts it in force for new connections. */
  readonly ready: (tls: TlsPair | undefined) => () => void;
  /** Cuts the handshakes that are under way. */
  cut(): void;
  /** Cuts those of whom nothing was heard yet, as HTTP does with its idle connections. */
  cutIdle(): void;
}

/**
 * Takes the connections of a server that is still to listen. One socket serves both ways, so that a save that changes the
 * pair, or switches TLS on or off, closes no port. Handshakes end with the pair that they began with; connections that
 * were met in the other way are served once more.
 */
export function terminateTls(server: Server, options: TerminationOptions): TlsTermination {
  const serveHttp = takeOver(server);
  const way: Way = { ...options, serveHttp, handshakes: new Map() };
  let tls: TlsPair | undefined;
  let accept = serveHttp;
  server.on('connection', (raw: Socket) => {
    accept(raw);
  });
  server.prependListener('request', ({ socket }, outgoing) => {
    if (isEncrypted(socket) !== (tls !== undefined)) outgoing.shouldKeepAlive = false;
  });
  return {
    get tls() {
      return tls;
    },
    ready: (next) => {
      const acceptNext = next === undefined ? serveHttp : acceptWith(next, way);
      return () => {
        tls = next;
        accept = acceptNext;
      };
    },
    cut() {
      for (const raw of way.handshakes.values()) raw.destroy();
    },
    cutIdle() {
      for (const raw of way.handshakes.values()) if (raw.bytesRead === 0) raw.destroy();
    },
  };
}

/** True where TLS is spoken on the connection. */
export function isEncrypted(socket: object): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

/**
 * What Node's HTTP server does with a connection: `node:https` puts TLS in front of the same. A `net.Server` before an HTTP
 * server that listens nowhere would be given connections by a documented event, but such a server ends no request that
 * takes too long: Node begins to watch for those when it listens.
 */
function takeOver(server: Server): (socket: Socket) => void {
  const [serveHttp] = server.listeners('connection') as ReadonlyArray<(socket: Socket) => void>;
  if (serveHttp === undefined) throw new AppError('internal', 'this Node serves HTTP in another way');
  server.off('connection', serveHttp);
  return (socket) => {
    serveHttp.call(server, socket);
  };
}

/** From a connection by its handshake to HTTP. */
interface Way extends TerminationOptions {
  readonly serveHttp: (socket: Socket) => void;
  /** Connections under a handshake, by their peers. */
  readonly handshakes: Map<string, Socket>;
}

/** Makes what meets connections with a pair. */
function acceptWith({ cert, key, minVersion }: TlsPair, way: Way): (raw: Socket) => void {
  const tlsServer = createServer({
    cert,
    key: key.reveal(),
    minVersion,
    handshakeTimeout: way.handshakeMs,
    ALPNProtocols: ['http/1.1'],
  });
  tlsServer.on('secureConnection', (secured) => {
    endHandshake(secured, way);
  });
  // Scanners, plain HTTP, clients that do not trust the certificate: daily bread, of no use to whoever reads the log.
  tlsServer.on('tlsClientError', (error, socket) => {
    way.log.debug('no TLS on a connection', { from: socket.remoteAddress, error: messageOf(error) });
    socket.destroy();
  });
  return (raw) => {
    beginHandshake(raw, way);
    tlsServer.emit('connection', raw);
  };
}

function beginHandshake(raw: Socket, { handshakes }: Way): void {
  const peer = peerOf(raw);
  handshakes.set(peer, raw);
  raw.once('close', () => {
    if (handshakes.get(peer) === raw) handshakes.delete(peer);
  });
  // As for a server of `node:https`; those of `node:http` leave it to the parser.
  raw.allowHalfOpen = false;
}

function endHandshake(secured: TLSSocket, { handshakes, onSecured, serveHttp }: Way): void {
  const peer = peerOf(secured);
  const raw = handshakes.get(peer);
  // Who has left in the meantime has no name any more.
  if (raw === undefined) {
    secured.destroy();
    return;
  }
  handshakes.delete(peer);
  onSecured(raw, secured);
  serveHttp(secured);
}

/** Names a connection, also to TLS, which does not tell what it stands on. */
function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress}:${remotePort}>${localAddress}`;
}
