/** Decides how the service listens: one HTTP server on one address, patient with nobody, closed without cutting answers. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';
import { AppError, messageOf } from '../core/errors.ts';
import { silentLog } from '../core/log.ts';
import type { Log } from '../core/log.ts';
import type { TlsPair } from '../core/tls.ts';
import { boundOf, encrypted } from './bound.ts';
import type { Bound } from './bound.ts';
import { limitCrowd } from './crowd.ts';
import { terminateTls } from './tls-termination.ts';
import type { TlsTermination } from './tls-termination.ts';
import { isExcused } from './unhurried.ts';

/** How long a sender may take, ms. */
export interface Patience {
  /** The headers alone; before them, a handshake of TLS may take as long. */
  readonly headersMs: number;
  /** Headers and body together. */
  readonly requestMs: number;
  /** An idle connection is kept this long. */
  readonly keepAliveMs: number;
}

/** Where to listen, for whom, and how long slow senders are borne with. */
export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** A socket that listens already, whatever host and port say; it is closed with the server. */
  readonly fd?: number;
  /** Makes the handler for the address that was really bound. */
  readonly handlerFor: (bound: Bound) => RequestListener;
  readonly clock: Clock;
  readonly patience?: Patience;
  /** Connections open at once, see `limitCrowd`; 10,000 unless told. */
  readonly maxConnections?: number;
  /** What TLS is spoken with; plain HTTP without it. */
  readonly tls?: TlsPair | undefined;
  /** Told of connections on which no TLS came about. */
  readonly log?: Log;
}

/** A server that listens; `tls` and `ready` are those of `TlsTermination`. */
export interface Listener extends Pick<TlsTermination, 'tls' | 'ready'> {
  readonly bound: Bound;
  /** The descriptor of its socket; undefined: it has none any more. */
  readonly fd: number | undefined;
  /** Stops accepting, lets requests under way finish for up to `graceMs`, then cuts what is left. Safe to call twice. */
  close(graceMs: number): Promise<void>;
  /**
   * The same for one that another has taken the place of: it stops accepting before this returns, and connections that
   * are open are served once more rather than closed under a sender's hands.
   */
  retire(graceMs: number): Promise<void>;
}

const DEFAULT_PATIENCE: Patience = { headersMs: 10_000, requestMs: 60_000, keepAliveMs: 30_000 };
const MOST_CONNECTIONS = 10_000;
// While closing: how often connections whose last answer has left are let go.
const IDLE_CHECK_MS = 50;
// Before that: who asks often asks once more within it, and is told that it was the last, so that no request crosses a close.
const LAST_REQUEST_MS = 500;

/**
 * Starts to listen. Rejects with `unavailable` when the address cannot be had, the cause holds the system's code; and with
 * what TLS refuses of a pair.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { headersMs, requestMs, keepAliveMs } = options.patience ?? DEFAULT_PATIENCE;
  const server = createServer({
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, headersMs),
    // Of two credentials Node takes the first; a proxy in front may have checked the second. Joined, they are neither.
    joinDuplicateHeaders: true,
    requireHostHeader: false,
  });
  const onSecured = limitCrowd(server, options.maxConnections ?? MOST_CONNECTIONS);
  const termination = terminateTls(server, {
    handshakeMs: headersMs,
    onSecured,
    log: options.log ?? silentLog,
  });
  termination.ready(options.tls)();
  server.on('clientError', answerClientError);
  const bound = await bind(server, options);
  const handle = named(options.handlerFor(bound));
  server.on('request', handle);
  // Asked for leave to send a body, the handler says yes by reading it; the default would say yes to anything.
  server.on('checkContinue', handle);
  return {
    get bound() {
      return termination.tls === undefined ? bound : encrypted(bound);
    },
    get tls() {
      return termination.tls;
    },
    ready: termination.ready,
    get fd() {
      return descriptorOf(server);
    },
    ...farewell(server, termination, options.clock),
  };
}

/** Node tells it nowhere else. */
function descriptorOf(server: Server): number | undefined {
  const { _handle: handle } = server as { readonly _handle?: { readonly fd?: number } | null };
  return handle?.fd;
}

function bind(server: Server, { host, port, fd }: ListenOptions): Promise<Bound> {
  const { promise, resolve, reject } = Promise.withResolvers<Bound>();
  const onError = (error: Error): void => {
    reject(
      new AppError('unavailable', `cannot listen on ${host}:${port}: ${messageOf(error)}`, { cause: error }),
    );
  };
  server.once('error', onError);
  server.listen(fd === undefined ? { host, port } : { fd }, () => {
    server.off('error', onError);
    const bound = server.address();
    if (bound === null || typeof bound === 'string') {
      server.close();
      onError(new AppError('unsupported', 'the socket that was handed over is no TCP socket'));
    } else resolve(boundOf(host, bound.address, bound.port));
  });
  return promise;
}

function farewell(
  server: Server,
  termination: TlsTermination,
  clock: Clock,
): Pick<Listener, 'close' | 'retire'> {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  let isLeaving = false;
  let cancel = (): void => {};
  const leave = (stop: (onGone: () => void) => unknown): void => {
    if (isLeaving) return;
    isLeaving = true;
    serveOnceMore(server);
    stop(() => {
      cancel();
      resolve();
    });
  };
  // The close of HTTP's own server drops idle connections, on which a request may be on its way.
  const stopAccepting = (onGone: () => void): unknown => NetServer.prototype.close.call(server, onGone);
  const cut = (): void => {
    termination.cut();
    server.closeAllConnections();
  };
  const letGo = (endsAt: number): void => {
    if (clock.monotonic() >= endsAt) cut();
    else {
      server.closeIdleConnections();
      termination.cutIdle();
    }
    cancel = clock.after(IDLE_CHECK_MS, () => {
      letGo(endsAt);
    });
  };
  return {
    close(graceMs) {
      leave(stopAccepting);
      cancel();
      const endsAt = clock.monotonic() + graceMs;
      // Who has just connected is about to ask.
      if (graceMs > 0)
        cancel = clock.after(LAST_REQUEST_MS, () => {
          letGo(endsAt);
        });
      else letGo(endsAt);
      return gone;
    },
    retire(graceMs) {
      leave(stopAccepting);
      cancel = clock.after(graceMs, cut);
      return gone;
    },
  };
}

/** What still comes in on open connections is served, and told that it was the last. */
function serveOnceMore(server: Server): void {
  server.prependListener('request', (_incoming, outgoing) => {
    outgoing.shouldKeepAlive = false;
  });
}

/** RFC 9112 §3.2: a request of HTTP/1.1 names one host. Node's own refusal would have no body, and it takes several. */
function named(handle: RequestListener): RequestListener {
  return function request(incoming, outgoing): void {
    const { headers, httpVersionMinor } = incoming;
    // Several are joined by a comma, which no name of a host has.
    const isNamed = headers.host === undefined ? httpVersionMinor === 0 : !headers.host.includes(',');
    if (isNamed) handle(incoming, outgoing);
    else {
      outgoing.shouldKeepAlive = false;
      outgoing.writeHead(400, { 'Content-Type': 'application/json' }).end('{"error":"bad request"}');
    }
  };
}

/** Answers what the parser refuses, as far as the connection still takes an answer. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // Node has forgotten the request already, and does not count its time again.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isExcused(socket)) return;
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, word] = parserRefusals.get(error.code ?? '') ?? ['400 Bad Request', 'bad request'];
  const body = JSON.stringify({ error: word });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}

const parserRefusals: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['HPE_HEADER_OVERFLOW', ['431 Request Header Fields Too Large', 'headers too large']],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', ['413 Payload Too Large', 'payload too large']],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['408 Request Timeout', 'timeout']],
]);
