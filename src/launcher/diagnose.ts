/** Decides how a failed start is told: which binary, folder or file was at fault, in one sentence. */

import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { LaunchRequest } from './launch.ts';

/** What the system says without naming anything a person could mend. */
const limits: Readonly<Record<string, string>> = {
  E2BIG: 'its arguments and environment are too long',
  EAGAIN: 'the limit of processes is reached',
  EMFILE: 'the limit of open files is reached',
  ENFILE: "the system's limit of open files is reached",
  ENOMEM: 'there is not enough memory to start it',
};

/** The operating system says "ENOENT" for a missing binary, interpreter and folder alike; this looks which it was. */
export function diagnose(request: LaunchRequest, error: unknown): string {
  const code = codeOf(error);
  const name = request.argv[0] ?? '';
  const limit = limits[code];
  if (limit !== undefined) return `${name}: ${limit}`;
  return cwdFault(request.cwd) ?? binaryFault(request, code) ?? `${name}: ${messageOf(error)}`;
}

/** The system's code of an error ("ENOENT"), or an empty string. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function cwdFault(cwd: string): string | undefined {
  const kind = kindOf(cwd);
  if (kind === 'missing') return `cwd ${cwd} does not exist`;
  if (kind === 'other') return `cwd ${cwd} is not a folder`;
  return kind === 'denied' || !isExecutable(cwd) ? `cwd ${cwd}: permission denied` : undefined;
}

function binaryFault(request: LaunchRequest, code: string): string | undefined {
  const name = request.argv[0] ?? '';
  const place = name.includes('/') ? '' : ' in PATH';
  const found = candidates(request).filter((path) => kindOf(path) !== 'missing');
  if (found.length === 0) return place === '' ? `${name} does not exist` : `${name}: not found in PATH`;
  if (code === 'ENOENT') return `${name}: the interpreter that ${found[0] ?? name} names does not exist`;
  if (code === 'EACCES') return `${name}: found${place}, but may not be executed`;
  return undefined;
}

function candidates({ argv: [name = ''], cwd, env }: LaunchRequest): readonly string[] {
  if (name.includes('/')) return [resolve(cwd, name)];
  return (env.PATH ?? '/bin:/usr/bin').split(delimiter).map((folder) => resolve(cwd, folder, name));
}

function kindOf(path: string): 'folder' | 'other' | 'missing' | 'denied' {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'missing';
    return stat.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    return codeOf(error) === 'EACCES' ? 'denied' : 'missing';
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Any answer but yes means no.
    return false;
  }
}
