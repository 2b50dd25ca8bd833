/** Decides how a person talks with the service at a prompt: what is said meanwhile appears above the line being typed. */
import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline';
import type { Interface } from 'node:readline';
import type { TerminalMessage } from '../../core/views.ts';
import type { AppError } from '../../core/errors.ts';
import type { Conversation } from './conversation.ts';
import { faultOf } from './piped.ts';

/** The terminal, and how messages and complaints look on it. */
export interface Typed {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly show: (message: TerminalMessage) => void;
  readonly complain: (error: AppError) => void;
  /** Makes the conversation, which is closed in the end; its messages are handed to `show`. */
  readonly begin: (show: (message: TerminalMessage) => void) => Promise<Conversation>;
}

const PROMPT = '> ';

/** Words that leave, besides Ctrl-D and Ctrl-C. */
const LEAVE: ReadonlySet<string> = new Set(['exit', 'quit']);

/** Talks until the person leaves; answers with how many runs are still under way. Rejects with `not_running`. */
export async function talk({ input, output, show, complain, begin }: Typed): Promise<number> {
  const lines = createInterface({ input, output, prompt: PROMPT, terminal: true });
  // Taken now, so that nothing is lost of what is typed before the service has answered.
  const typed = lines[Symbol.asyncIterator]();
  // Whoever has left has no line any more to keep below what is said.
  let isOver = false;
  lines.once('close', () => (isOver = true));
  const prompt = (): void => {
    if (!isOver) lines.prompt(true);
  };
  const clear = (): void => {
    if (!isOver) wipe(lines, output);
  };
  const above = (write: () => void): void => {
    clear();
    write();
    prompt();
  };
  try {
    const conversation = await begin((message) => {
      above(() => {
        show(message);
      });
    });
    const onFault = (fault: AppError): void => {
      above(() => {
        complain(fault);
      });
    };
    try {
      prompt();
      const answered = answerLines(typed, conversation, { onFault, prompt });
      await Promise.race([answered, conversation.gone]);
    } finally {
      conversation.close();
    }
    return conversation.underWay;
  } catch (error) {
    // What is said about it begins a line.
    clear();
    throw error;
  } finally {
    lines.close();
  }
}

async function answerLines(
  lines: AsyncIterable<string>,
  conversation: Conversation,
  { onFault, prompt }: { readonly onFault: (fault: AppError) => void; readonly prompt: () => void },
): Promise<void> {
  for await (const line of lines) {
    const words = line.trim();
    if (LEAVE.has(words.toLowerCase())) return;
    const fault = words === '' ? undefined : await faultOf(conversation.say(line));
    if (fault !== undefined) onFault(fault);
    prompt();
  }
}

/** Takes the prompt and what is typed behind it away, however many rows that has. */
function wipe(lines: Interface, output: NodeJS.WritableStream): void {
  moveCursor(output, 0, -lines.getCursorPos().rows);
  cursorTo(output, 0);
  clearScreenDown(output);
}
