/** Decides how many connections of strangers the service holds, so that descriptors are left for its own work. */
import { readFileSync } from 'node:fs';

/** Connections that one listener holds where descriptors do not set a lower bound. */
const MOST_CONNECTIONS = 10_000;
/** Kept for the store, runs, chats and the control socket. */
const KEPT_FOR_WORK = 512;

/** The connections that fit beside the service's own work into so many descriptors. */
export function connectionsWithin(descriptors: number): number {
  return Math.min(MOST_CONNECTIONS, descriptors - Math.min(KEPT_FOR_WORK, Math.ceil(descriptors / 2)));
}

/** How many connections to hold on this machine, by the limit that the process has now. */
export function connectionLimit(): number {
  return connectionsWithin(openFileLimit() ?? 1_024);
}

/** The limit as Linux tells it, see proc(5); undefined elsewhere. */
function openFileLimit(): number | undefined {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    // No such file: another system, where the common limit is assumed.
    return undefined;
  }
}
