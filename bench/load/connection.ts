/** Decides how a request is sent at the least cost to the sender: one kept connection, one request on it at a time. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const HEAD_END = '\r\n\r\n';

/** The status of a request that was not answered: the connection was refused or cut. */
export const NOT_ANSWERED = 0;

/** Told what became of a request; `isKept`: its connection had carried others before. */
export type Answered = (status: number, isKept: boolean) => void;

/** One connection to a port of the loopback address, opened when it is used and opened again when it was cut. */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #received = '';
  #answered: Answered | undefined;
  #isKept = false;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a whole request; calls `answered` with the status, or `NOT_ANSWERED`. */
  send(text: string, answered: Answered): void {
    this.#answered = answered;
    this.#socket ??= this.#open();
    this.#socket.write(text, 'latin1');
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#received = '';
    this.#isKept = false;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#receive(chunk);
    });
    // What goes wrong ends in `close` as well.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#socket = undefined;
      this.#end(NOT_ANSWERED);
    });
    return socket;
  }

  #receive(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const length = Number(LENGTH.exec(this.#received)?.[1] ?? 0);
    if (this.#received.length < headEnd + HEAD_END.length + length) return;
    const status = Number(this.#received.slice(9, 12));
    this.#received = '';
    this.#end(status);
    this.#isKept = true;
  }

  #end(status: number): void {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(status, this.#isKept);
  }
}
