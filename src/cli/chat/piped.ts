/** Decides how lines that come through a pipe are said: one after another, and waited for until all is answered. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { AppError } from '../../core/errors.ts';
import { exitCodes } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import type { Conversation } from './conversation.ts';

/** Where the lines come from and where complaints go. */
export interface Piped {
  readonly input: AsyncIterable<Uint8Array>;
  readonly complain: (error: AppError) => void;
}

/** Says each line; resolves when the input has ended and every run has said its last. Rejects with `not_running`. */
export async function sayLines(conversation: Conversation, { input, complain }: Piped): Promise<ExitCode> {
  const stream = input instanceof Readable ? input : Readable.from(input);
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  try {
    const code = await Promise.race([sayAll(conversation, lines, complain), conversation.gone]);
    await conversation.over();
    return code;
  } finally {
    // An input that goes on must not hold a process that has nobody to talk to.
    lines.close();
  }
}

async function sayAll(
  conversation: Conversation,
  lines: AsyncIterable<string>,
  complain: Piped['complain'],
): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const fault = await faultOf(conversation.say(line));
    if (fault === undefined) continue;
    complain(fault);
    code = exitCodes.failed;
  }
  return code;
}

/** What went wrong with one line; what ends the whole conversation is thrown on. */
export async function faultOf(said: Promise<void>): Promise<AppError | undefined> {
  try {
    await said;
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'not_running') return error;
    throw error;
  }
}
