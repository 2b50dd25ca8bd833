/** Decides how something wrong is carried until its place in the file is known: by the path of its key. */
import type { Issue } from '../core/snapshot.ts';

/** The way to a key from the root: names of tables, indexes of lists (from 0). */
export type KeyPath = ReadonlyArray<string | number>;

/** Something worth saying about a key; `message` says what is wrong and the remedy, and holds no secret. */
export interface Problem {
  readonly path: KeyPath;
  readonly message: string;
  readonly severity: Issue['severity'];
}

/** Something that refuses the file. */
export function fault(path: KeyPath, message: string): Problem {
  return { path, message, severity: 'error' };
}

/** Something that does not refuse it. */
export function warning(path: KeyPath, message: string): Problem {
  return { path, message, severity: 'warning' };
}

/** `triggers.crons[2].schedule`; names that TOML would quote are quoted. */
export function dotted(path: KeyPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = /^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
