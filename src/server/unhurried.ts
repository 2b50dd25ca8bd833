/** Decides which connections may take longer over a request than the listener bears with: those that are watched otherwise. */
import type { Socket } from 'node:net';

// On the socket itself, which the handler of a request and the listener both have in hand, and nothing else of each other.
const EXCUSED = Symbol('excused');

interface Excusable extends Socket {
  [EXCUSED]?: boolean;
}

/** True while the request that is under way on this connection is excused. */
export function isExcused(socket: Excusable): boolean {
  return socket[EXCUSED] === true;
}

/** Excuses the request that is under way on this connection; call the answer when it was read. */
export function excuse(socket: Excusable): () => void {
  socket[EXCUSED] = true;
  return () => {
    socket[EXCUSED] = false;
  };
}
