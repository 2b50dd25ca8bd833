/** Decides which files no action may read or write, whatever the configuration says. */
import { sep } from 'node:path';

/**
 * Names that hold credentials or take code, refused at any depth of a path. File systems that ignore case would serve
 * `.GIT` for `.git`, so case does not matter.
 */
export const denyGlobs = [
  { glob: '.git', pattern: /^\.git$/i },
  { glob: '.ssh', pattern: /^\.ssh$/i },
  { glob: '.env*', pattern: /^\.env/i },
  { glob: '*.pem', pattern: /\.pem$/i },
  { glob: 'id_*', pattern: /^id_/i },
  { glob: '.npmrc', pattern: /^\.npmrc$/i },
  { glob: '.netrc', pattern: /^\.netrc$/i },
] as const;

/** The glob that one of the names matches, or undefined. */
export function denyingGlob(names: readonly string[]): string | undefined {
  return denyGlobs.find(({ pattern }) => names.some((name) => pattern.test(name)))?.glob;
}

/**
 * True for one of the service's own paths, what lies in it, and what a store keeps beside itself (`-wal`, `-shm`,
 * `-journal`). All paths are absolute and normal.
 */
export function isOwnPath(path: string, ownPaths: readonly string[]): boolean {
  return ownPaths.some(
    (own) =>
      path === own || path.startsWith(own.endsWith(sep) ? own : own + sep) || path.startsWith(`${own}-`),
  );
}
