/** Decides what the stream of an agent comes to while it runs: its account, its transcript, and how far it is. */
import type { Account } from '../../engines/account.ts';
import { emptyAccount, fold } from '../../engines/account.ts';
import type { EngineEvent, ReadLine } from '../../engines/contract.ts';
import { streamReader } from '../../engines/stream.ts';
import type { StreamLine } from '../../engines/stream.ts';
import type { Mask } from '../../core/secret.ts';
import { Transcript } from './transcript.ts';

/** Hears one agent, piece by piece. */
export class Hearing {
  readonly #read: ReadLine;
  readonly #mask: Mask;
  readonly #lines = streamReader();
  readonly #transcript = new Transcript();
  #account: Account = emptyAccount;

  /** What passes `mask` is masked before anything of it is cut, kept or shown. */
  constructor(read: ReadLine, mask: Mask) {
    this.#read = read;
    this.#mask = mask;
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
    for (const heard of this.#read(line.value)) {
      const event = masked(heard, this.#mask);
      this.#account = fold(this.#account, event);
      this.#transcript.hear(event);
    }
  }
}

function masked(event: EngineEvent, mask: Mask): EngineEvent {
  switch (event.kind) {
    case 'text':
      return { ...event, text: mask(event.text) };
    case 'tool':
      return { ...event, detail: mask(event.detail) };
    case 'error':
      return { ...event, message: mask(event.message) };
    case 'result':
      return { ...event, text: maskedOr(event.text, mask), reason: maskedOr(event.reason, mask) };
    case 'started':
    case 'tool_result':
    case 'usage':
    case 'background':
      return event;
    default:
      return event satisfies never;
  }
}

function maskedOr(text: string | null, mask: Mask): string | null {
  return text === null ? null : mask(text);
}
