/** Decides how problems are reported: each with its place in the file, in the order of the file. */
import type { Issue } from '../core/snapshot.ts';
import { locateIn } from './positions.ts';
import { dotted } from './problem.ts';
import type { Problem } from './problem.ts';
import type { Sections } from './sections.ts';

/** A file that has been read. */
export interface ReadFile {
  readonly file: string;
  readonly text: string;
  readonly sections: Sections | undefined;
}

/** The problems as issues; the positions of keys are looked up only when there are any. */
export async function issuesOf(
  problems: readonly Problem[],
  { file, text, sections }: ReadFile,
): Promise<readonly Issue[]> {
  if (problems.length === 0) return [];
  const locate = await locateIn(text, sections);
  const issues = problems.map(({ path, message, severity }): Issue => ({
    file,
    ...locate(path),
    path: dotted(path),
    message,
    severity,
  }));
  return inFileOrder(issues);
}

/** The issues of one file, from its first line to its last. */
export function inFileOrder(issues: readonly Issue[]): readonly Issue[] {
  return issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** `untether.toml:12:3: triggers.crons[2].schedule: …`, as editors and terminals link it. */
export function issueLine({ file, line, column, path, message }: Issue): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** A line for each error: why a file does not load. Its warnings keep nothing from loading. */
export function errorLines(issues: readonly Issue[]): readonly string[] {
  return issues.filter(({ severity }) => severity === 'error').map(issueLine);
}
