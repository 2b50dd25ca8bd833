/** Decides how one message is delivered: sent, sent as a file, or edited into what was sent before. */
import type { MessageContent, StoredMessage } from '../core/message.ts';
import type { TelegramClient } from './client.ts';
import type { Answered } from './failure.ts';
import { isEdit } from './outcome.ts';

/** Makes one attempt; answers with the id that the message has in the chat. */
export function attempt(
  row: StoredMessage,
  client: TelegramClient,
  signal: AbortSignal,
): Promise<Answered<number>> {
  const { to, content } = row;
  if (isEdit(row)) return client.editMessageText({ ...to, messageId: row.messageId }, content, signal);
  return content.document === undefined
    ? client.sendMessage(to, content, signal)
    : client.sendDocument(to, content, signal);
}

/** Shows `content` for a while in a message that stands for a run under way; undefined: it no longer does. */
export function attemptLive(
  row: StoredMessage | undefined,
  content: MessageContent,
  { client, signal }: { readonly client: TelegramClient; readonly signal: AbortSignal },
): Promise<Answered<number>> | undefined {
  if (row === undefined || row.state !== 'sent' || row.kind !== 'working' || !isEdit(row)) return undefined;
  if (content.document !== undefined) return undefined;
  return client.editMessageText({ ...row.to, messageId: row.messageId }, content, signal);
}
