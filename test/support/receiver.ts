/** Decides how a test is told by the program: a real HTTP server that keeps what it gets, and answers as it is told. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that came in whole. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers the nth request, counted from 1. */
export type Answering = (outgoing: ServerResponse, n: number, received: Received) => void;

/** Answers with this status, and nothing else. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answering {
  return (outgoing) => outgoing.writeHead(code, headers).end();
}

/** A server on a free port of 127.0.0.1. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: Server;
  #heard = Promise.withResolvers<void>();

  constructor(answering: Answering) {
    this.#server = createServer((incoming, outgoing) => {
      void read(incoming).then((received) => {
        this.received.push(received);
        this.#heard.resolve();
        this.#heard = Promise.withResolvers<void>();
        answering(outgoing, this.received.length, received);
      });
    });
  }

  static async start(answering: Answering = status(200)): Promise<Receiver> {
    const receiver = new Receiver(answering);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was asked for, in the order in which it came. */
  get urls(): readonly string[] {
    return this.received.map(({ url }) => url);
  }

  /** Resolves with the nth request, once it is there. */
  async nth(n: number): Promise<Received> {
    for (;;) {
      const found = this.received[n - 1];
      if (found !== undefined) return found;
      await this.#heard.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

async function read(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = incoming;
  return { method, url, headers: headers as Record<string, string>, body: Buffer.concat(chunks).toString() };
}
