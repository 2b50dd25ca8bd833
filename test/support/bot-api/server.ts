/** Decides how requests and replies travel: one listening socket that can go away and come back on its port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Reply } from './reply.ts';

export interface Incoming {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborted when the connection closes, answered or not. */
  readonly closed: AbortSignal;
}

export type Serve = (incoming: Incoming) => Promise<Reply>;

export class HttpFront {
  readonly #serve: Serve;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(serve: Serve) {
    this.#serve = serve;
  }

  /** Stays the same from the first `open` on. */
  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    // Idle connections stay open for as long as the double lives: no client loses one between two requests.
    const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('connection', (socket) => this.#keep(socket));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Stops listening and breaks every connection. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new AbortController();
    response.once('close', () => closed.abort());
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const reply = await this.#serve({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
      closed: closed.signal,
    });
    carryOut(reply, response);
  }
}

function carryOut(reply: Reply, response: ServerResponse): void {
  switch (reply.kind) {
    case 'send':
      response.writeHead(reply.status, { 'content-type': reply.type });
      response.end(reply.body);
      return;
    case 'drop':
      response.destroy();
      return;
    case 'hang':
      return;
  }
}
