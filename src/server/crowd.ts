/** Decides how many connections are open at once, and which one goes when another comes: strangers never keep a sender out. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { isAcquainted } from './acquainted.ts';

// Of the oldest, so many are looked at before the very oldest goes.
const LOOKED_AT = 1_000;

/** To be told when a connection goes on as another socket, such as one that is encrypted. */
export type Moved = (from: Socket, to: Socket) => void;

/**
 * Keeps the connections of a server at `most`. The oldest stranger that was never answered makes room, as whoever asks for
 * something is answered soon; else the oldest stranger, else the oldest. Who was verified may have an upload or a wait of
 * hours before the answer, and is no stranger. One whose connection goes while it is idle connects again.
 */
export function limitCrowd(server: Server, most: number): Moved {
  // Oldest first: a set keeps the order.
  const open = new Set<Socket>();
  const enter = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  server.on('connection', (socket: Socket) => {
    if (open.size >= most) {
      const leaver = leaverOf(open);
      if (leaver !== undefined) open.delete(leaver);
      leaver?.destroy();
    }
    enter(socket);
  });
  return (from, to) => {
    open.delete(from);
    enter(to);
  };
}

function leaverOf(open: ReadonlySet<Socket>): Socket | undefined {
  const oldest = [...open.values().take(LOOKED_AT)];
  const strangers = oldest.filter((socket) => !isAcquainted(socket));
  return strangers.find(({ bytesWritten }) => bytesWritten === 0) ?? strangers[0] ?? oldest[0];
}
