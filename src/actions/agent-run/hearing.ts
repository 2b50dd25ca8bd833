/** Decides what the stream of an agent comes to while it runs: its account, its transcript, and how far it is. */
import type { Account } from '../../engines/account.ts';
import { emptyAccount, fold } from '../../engines/account.ts';
import type { ReadLine } from '../../engines/contract.ts';
import { streamReader } from '../../engines/stream.ts';
import type { StreamLine } from '../../engines/stream.ts';
import { Transcript } from './transcript.ts';

/** Hears one agent, piece by piece. */
export class Hearing {
  readonly #read: ReadLine;
  readonly #lines = streamReader();
  readonly #transcript = new Transcript();
  #account: Account = emptyAccount;

  constructor(read: ReadLine) {
    this.#read = read;
  }

  get account(): Account {
    return this.#account;
  }

  push(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes)) this.#hear(line);
  }

  /** What is new for the run's output; empty: nothing. */
  takeOutput(): string {
    return this.#transcript.take();
  }

  /** The rest of it, once nothing more comes. */
  end(): string {
    for (const line of this.#lines.end()) this.#hear(line);
    return this.#transcript.end();
  }

  #hear(line: StreamLine): void {
    if (line.kind === 'text') {
      this.#transcript.noise(line.text);
      return;
    }
    for (const event of this.#read(line.value)) {
      this.#account = fold(this.#account, event);
      this.#transcript.hear(event);
    }
  }
}
