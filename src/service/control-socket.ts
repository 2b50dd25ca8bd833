/** Decides how this machine's own tools reach the running service: HTTP over a unix socket that only its user may open. */
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { systemClock } from '../core/clock.ts';
import { AppError, messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Conditions } from '../telemetry/conditions.ts';
import { socketPath } from './socket-path.ts';

/** What the socket serves, where, and who is told when it cannot be opened. */
export interface ControlSocketDeps {
  /** Absolute path; the caller holds its lock. */
  readonly stateDir: string;
  readonly handler: RequestListener;
  readonly clock: Clock;
  readonly conditions: Conditions;
  readonly log: Log;
}

/** The socket, or nothing and a condition: a service that cannot be steered still serves. */
export async function serveControl(deps: ControlSocketDeps): Promise<AsyncDisposable> {
  const { stateDir, handler, clock, conditions, log } = deps;
  try {
    return await openControlSocket(stateDir, handler, clock);
  } catch (error) {
    conditions.raise('control_down', messageOf(error));
    log.error('cannot open the control socket', { error: messageOf(error) });
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

/** Only the owner may read and write. */
const OWNER_ONLY = 0o177;
const CLOSE_WITHIN_MS = 1_000;

/**
 * Serves `handler` on the state folder's socket until it is disposed. A socket left by a dead process is replaced: the
 * caller holds the folder's lock. Rejects with `unavailable`.
 */
export async function openControlSocket(
  stateDir: string,
  handler: RequestListener,
  clock: Clock = systemClock,
): Promise<AsyncDisposable> {
  const socket = socketPath(stateDir);
  rmSync(socket.path, { force: true });
  const server = createServer(handler);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error) => {
    reject(new AppError('unavailable', `cannot open ${socket.path}: ${messageOf(error)}`, { cause: error }));
  });
  // The mode has to be right from the first moment; binding happens inside the call.
  const mask = process.umask(OWNER_ONLY);
  server.listen(socket.path, resolve);
  process.umask(mask);
  await promise;
  return {
    async [Symbol.asyncDispose]() {
      const { promise: closed, resolve: done } = Promise.withResolvers<void>();
      server.close(() => {
        done();
      });
      server.closeIdleConnections();
      const cancelCut = clock.after(CLOSE_WITHIN_MS, () => {
        server.closeAllConnections();
      });
      await closed;
      cancelCut();
      socket[Symbol.dispose]();
    },
  };
}
