/** Decides how the terminal's chat hears of runs: those who listen now are told, nobody is waited for. */
import type { TerminalMessage } from '../../core/control.ts';
import type { Destination, MessageContent, MessageKind, OutgoingMessage } from '../../core/message.ts';
import { TERMINAL_BOT } from '../../core/message.ts';
import type { RunId } from '../../core/ids.ts';

/** The terminal as a place for messages. There is one: whoever may open the control socket sits in front of it. */
export const TERMINAL: Destination = { bot: TERMINAL_BOT, chat: 0 };

/** Messages that a listener has not read yet; older ones are dropped. */
const MOST_UNREAD = 1_000;

/** A listener's unread messages. */
interface Queue {
  readonly messages: TerminalMessage[];
  wake: () => void;
}

/** The message as the terminal gets it. */
export function terminalMessage(message: OutgoingMessage): TerminalMessage {
  return seen(message.key, message.content, { kind: message.kind, run: message.run ?? null });
}

/** Tells everybody who listens. */
export class TerminalHub {
  readonly #queues = new Set<Queue>();
  /** Keys of messages that show a run, to know what an edit is about. */
  readonly #working = new Map<string, RunId | null>();

  /** Messages that were posted; those for other places are left alone. */
  post(messages: readonly OutgoingMessage[]): void {
    for (const message of messages) {
      if (message.to.bot !== TERMINAL_BOT) continue;
      if (message.kind === 'working') this.#working.set(message.key, message.run ?? null);
      else this.#working.delete(message.key);
      this.#tell(terminalMessage(message));
    }
  }

  /** Messages that were handed over in another way: what follows them is about them. */
  expect(messages: readonly OutgoingMessage[]): void {
    for (const { key, kind, run } of messages) if (kind === 'working') this.#working.set(key, run ?? null);
  }

  /** New content of a message about a run under way; of any other it is dropped. */
  edit(key: string, content: MessageContent): void {
    const run = this.#working.get(key);
    if (run !== undefined) this.#tell(seen(key, content, { kind: 'working', run }));
  }

  /** Everything from now on until `signal` is aborted. */
  async *listen(signal: AbortSignal): AsyncGenerator<TerminalMessage> {
    const queue: Queue = { messages: [], wake: () => {} };
    const onAbort = (): void => {
      queue.wake();
    };
    this.#queues.add(queue);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        const next = queue.messages.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (queue.wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#queues.delete(queue);
    }
  }

  #tell(message: TerminalMessage): void {
    for (const queue of this.#queues) {
      queue.messages.push(message);
      if (queue.messages.length > MOST_UNREAD) queue.messages.shift();
      queue.wake();
    }
  }
}

function seen(
  key: string,
  { text, buttons = [], document }: MessageContent,
  about: { readonly kind: MessageKind; readonly run: RunId | null },
): TerminalMessage {
  const words = document === undefined ? text : [text, document.text].filter((one) => one !== '').join('\n');
  return { key, text: words, buttons: buttons.flat(), ...about };
}
