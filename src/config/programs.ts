/** Decides whether a program is there to be started. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Whether `program` can be started from `cwd`; looked up once per load. */
export type HasProgram = (program: string, cwd: string) => boolean;

/** Looks where a child would be looked for: a path with a slash from `cwd`, a bare name in `searchPath`. */
export function programLookup(searchPath: string | undefined): HasProgram {
  const folders = (searchPath ?? '').split(delimiter).filter((folder) => folder !== '');
  const known = new Map<string, boolean>();
  return (program, cwd) => {
    const isPath = program.includes('/');
    const key = isPath ? resolve(cwd, program) : program;
    const answer =
      known.get(key) ??
      (isPath ? isProgram(key) : folders.some((folder) => isProgram(join(folder, program))));
    known.set(key, answer);
    return answer;
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not for this user: either way it cannot be started.
    return false;
  }
}
