/** Decides whose connection it is: that of a stranger, or of somebody who has proved who they are. */
import type { Socket } from 'node:net';

// On the socket itself, which the intake and the listener both have in hand, and nothing else of each other.
const ACQUAINTED = Symbol('acquainted');

interface Acquaintable extends Socket {
  [ACQUAINTED]?: true;
}

/** True once a request on this connection was let in; it stays so, as whoever is at its other end does. */
export function isAcquainted(socket: Acquaintable): boolean {
  return socket[ACQUAINTED] === true;
}

/** To be called for each request whose sender was verified. */
export function acquaint(socket: Acquaintable): void {
  socket[ACQUAINTED] = true;
}
