/** Decides how the control socket of a state folder is named to the system, however long the folder's path is. */
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';

/** The socket's name inside the state folder. */
export const SOCKET_NAME = 'control.sock';

/** `sun_path` holds 108 bytes on Linux and 104 elsewhere, with its final zero; a little is left to spare. */
export const MAX_SOCKET_PATH_BYTES = 100;

/** A path that fits; it stays valid until it is released. */
export interface SocketPath extends Disposable {
  readonly path: string;
}

/**
 * The path to listen on or connect to. Where the plain one is too long, Linux reaches the folder through a descriptor
 * (`/proc/self/fd/N`); elsewhere it is `unsupported`. A folder that is not there throws what the system says.
 */
export function socketPath(stateDir: string, platform: NodeJS.Platform = process.platform): SocketPath {
  const path = join(stateDir, SOCKET_NAME);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { path, [Symbol.dispose]: () => {} };
  if (platform !== 'linux') {
    throw new AppError(
      'unsupported',
      `the path of the control socket is longer than ${MAX_SOCKET_PATH_BYTES} bytes (${path}): ` +
        'name a state folder with a shorter path by --state or UNTETHER_STATE_DIR',
    );
  }
  const folder = openSync(stateDir, constants.O_RDONLY | constants.O_DIRECTORY);
  return {
    path: `/proc/self/fd/${folder}/${SOCKET_NAME}`,
    [Symbol.dispose]: () => closeSync(folder),
  };
}
