/** Decides how an answer leaves: at once after a body that was read, and with a bounded farewell before one that was not. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.ts';
import type { Reply } from './replies.ts';

// So much of an unread body Node itself discards, so that the connection can be used again.
const DISCARD_BYTES = 64 * 1024;
// A connection closed under a sender's hands is reset, and takes the answer with it: read on for a while.
const LINGER_MS = 1_000;
const LINGER_BYTES = 16 * 1024 * 1024;

/** Sends the reply; does nothing when the sender has left or was answered. */
export function respond(outgoing: ServerResponse, reply: Reply): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  outgoing.writeHead(reply.status, reply.headers as string[]);
  outgoing.end(reply.body);
}

/** A request that is answered before its body was read to the end. */
export interface Unread {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly clock: Clock;
}

/** Sends the reply to a request whose body is not wanted; a long or unbounded one costs the sender its connection. */
export function turnAway(request: Unread, reply: Reply): void {
  if (isShort(request.incoming)) respond(request.outgoing, reply);
  else cutOff(request, reply);
}

/** Sends the reply, discards what still comes within bounds, and closes the connection. */
export function cutOff({ incoming, outgoing, clock }: Unread, reply: Reply): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  outgoing.writeHead(reply.status, [...reply.headers, 'Connection', 'close']);
  outgoing.flushHeaders();
  outgoing.write(reply.body);
  let discarded = 0;
  const finish = (): void => {
    cancel();
    outgoing.end();
  };
  const cancel = clock.after(LINGER_MS, finish);
  incoming.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > LINGER_BYTES) finish();
  });
  incoming.once('end', finish);
  incoming.once('close', finish);
}

/** Where the sender waits for leave to send its body, Node itself closes the connection after the reply. */
function isShort(incoming: IncomingMessage): boolean {
  if (incoming.headers['transfer-encoding'] !== undefined) return false;
  return Number(incoming.headers['content-length'] ?? 0) <= DISCARD_BYTES;
}
