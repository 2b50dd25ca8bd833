/** Decides how the terminal's chat hears of runs: those who listen now are told, nobody is waited for. */
import type { TerminalMessage } from '../../core/views.ts';
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import { TERMINAL_BOT } from '../../core/message.ts';

/** The terminal as a place for messages. There is one: whoever may open the control socket sits in front of it. */
export const TERMINAL: Destination = { bot: TERMINAL_BOT, chat: 0 };

/** Messages that a listener has not read yet; older ones are dropped. */
const MOST_UNREAD = 1_000;

/** A listener's unread messages. */
interface Queue {
  readonly messages: TerminalMessage[];
  wake: () => void;
}

/** The message as the terminal gets it: a file is words there, too. */
export function terminalMessage({ key, kind, run, content }: OutgoingMessage): TerminalMessage {
  const { text, elapsed = '', buttons = [], document } = content;
  const words = document === undefined ? text : [text, document.text].filter((one) => one !== '').join('\n');
  return { key, kind, run: run ?? null, text: words, elapsed, buttons: buttons.flat() };
}

/** Tells everybody who listens. */
export class TerminalHub {
  readonly #queues = new Set<Queue>();

  /** Messages that are on their way, or new content of one; those for other places are left alone. */
  post(messages: readonly OutgoingMessage[]): void {
    for (const message of messages) if (message.to.bot === TERMINAL_BOT) this.#tell(terminalMessage(message));
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
