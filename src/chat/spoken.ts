/** Decides what a line in the terminal means: `/command words`, `@RUN words` for a reply, or plain text. */
import type { Destination } from '../core/message.ts';
import type { Incoming } from './incoming.ts';

/** The line as a message from whoever sits in front of the terminal. */
export function spokenIncoming(
  line: string,
  about: { readonly id: string; readonly at: number; readonly to: Destination },
): Incoming {
  const nobody = { from: undefined, messageId: undefined };
  const base = { kind: 'message', ...about, ...nobody, isGroup: false } as const;
  const [, run, words] = /^@([0-9a-f-]{6,36})\s+([^]+)$/i.exec(line) ?? [];
  if (run !== undefined && words !== undefined) return { ...base, text: words.trim(), replyRun: run };
  const [, command, rest = ''] = /^\/([A-Za-z0-9_]+)(?:\s+([^]*))?$/.exec(line.trim()) ?? [];
  return command === undefined
    ? { ...base, text: line.trim() }
    : { ...base, text: rest.trim(), command: command.toLowerCase() };
}
