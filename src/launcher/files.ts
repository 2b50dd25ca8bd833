/** Decides how a child's three descriptors are opened: appending, private, and never waiting for anybody. */

import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { AppError, messageOf } from '../core/errors.ts';
import type { LaunchRequest } from './launch.ts';

/** Descriptors to hand to a child and then close here, or the sentence that says which file was at fault. */
export type Files =
  | { readonly kind: 'open'; readonly stdio: readonly ['ignore' | number, number, number] }
  | { readonly kind: 'fault'; readonly reason: string };

// Without O_NONBLOCK, a FIFO put in a file's place would hold up every later start until somebody opens its other end.
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const OWNER_ONLY = 0o600;

/** Opens what a request names; on a fault nothing stays open. Node marks them close-on-exec, so that no later child gets them. */
export function openFiles(request: LaunchRequest): Files {
  const opened: number[] = [];
  let naming = '';
  const open = (what: string, path: string, flags: number): number => {
    naming = `${what} ${path}`;
    const fd = openSync(path, flags, OWNER_ONLY);
    opened.push(fd);
    if (!isPlain(fd)) throw new AppError('invalid_argument', 'neither a file nor a device');
    return fd;
  };
  try {
    const stdin = request.stdin.kind === 'none' ? 'ignore' : open('stdin file', request.stdin.path, READ);
    const stdout = open('output file', request.stdout, APPEND);
    const stderr = request.stderr === request.stdout ? stdout : open('output file', request.stderr, APPEND);
    return { kind: 'open', stdio: [stdin, stdout, stderr] };
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    return { kind: 'fault', reason: `${naming}: ${messageOf(error)}` };
  }
}

/** Closes this side of the descriptors once the child has its own. */
export function closeFiles([stdin, stdout, stderr]: Extract<Files, { kind: 'open' }>['stdio']): void {
  if (stdin !== 'ignore') closeSync(stdin);
  closeSync(stdout);
  if (stderr !== stdout) closeSync(stderr);
}

function isPlain(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFile() || stat.isCharacterDevice();
}
