/** Decides how problems are reported: each with its place in the file, in the order of the file. */
import type { Issue } from '../core/snapshot.ts';
import { locateIn } from './positions.ts';
import { dotted } from './problem.ts';
import type { Problem } from './problem.ts';
import type { Document } from './document.ts';
import type { Whole } from './whole.ts';

/** The problems as issues, file by file; the positions of keys are looked up only when there are any. */
export async function issuesOf(
  problems: readonly Problem[],
  { documents, originOf }: Pick<Whole, 'documents' | 'originOf'>,
): Promise<readonly Issue[]> {
  if (problems.length === 0) return [];
  const placed = problems.map((problem) => ({ ...problem, ...originOf(problem.path) }));
  const byDocument = Map.groupBy(placed, ({ document }) => document);
  const issues: Issue[] = [];
  for (const document of documents) {
    const own = byDocument.get(document) ?? [];
    if (own.length > 0) issues.push(...(await issuesIn(document, own)));
  }
  return issues;
}

async function issuesIn(
  { file, text, parsed }: Document,
  problems: readonly Problem[],
): Promise<readonly Issue[]> {
  const locate = await locateIn(text, parsed.sections);
  const issues = problems.map(({ path, message, severity }): Issue => ({
    file,
    ...locate(path),
    path: dotted(path),
    message,
    severity,
  }));
  return inFileOrder(issues);
}

/** The issues of each file from its first line to its last, the files as they were. */
export function inFileOrder(issues: readonly Issue[]): readonly Issue[] {
  const files = [...new Set(issues.map(({ file }) => file))];
  const place = new Map(files.map((file, index) => [file, index]));
  const order = ({ file }: Issue): number => place.get(file) ?? 0;
  return issues.toSorted((a, b) => order(a) - order(b) || a.line - b.line || a.column - b.column);
}

/** `untether.toml:12:3: triggers.crons[2].schedule: …`, as editors and terminals link it. */
export function issueLine({ file, line, column, path, message }: Issue): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** A line for each error: why a file does not load. Its warnings keep nothing from loading. */
export function errorLines(issues: readonly Issue[]): readonly string[] {
  return issues.filter(({ severity }) => severity === 'error').map(issueLine);
}
