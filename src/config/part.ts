/** Decides in which form an included file takes part: as it is on disk, as it was when it was last good, or not at all. */
import type { Issue } from '../core/snapshot.ts';
import type { Document, DocumentResult } from './document.ts';
import { misplaced } from './misplaced.ts';
import { issuesOf } from './issues.ts';
import { joinDocuments, projectsOf } from './whole.ts';

/** An included file on its way into a configuration. */
export interface Part {
  readonly file: string;
  /** As it is on disk; undefined: it is held back, and `issues` says why. */
  readonly now: Document | undefined;
  /** As it was when it was last live. */
  readonly good: Document | undefined;
  readonly issues: readonly Issue[];
}

/** An included file that is not live as it is on disk. */
export interface HeldFile {
  readonly file: string;
  /** What it said when it was last good goes on; false: nothing of it is there. */
  readonly keeps: boolean;
  readonly issues: readonly Issue[];
}

/** The included files, those already held back that cannot be read or hold what they may not. */
export async function toParts(
  main: Document,
  included: readonly DocumentResult[],
  previous: readonly Document[],
): Promise<readonly Part[]> {
  const good = new Map(previous.map((one) => [one.file, one]));
  const owners = new Map<string, string>();
  claim(main, owners);
  const parts: Part[] = [];
  for (const one of included) {
    const { file } = one.ok ? one.document : one;
    const about = { file, good: good.get(file) };
    if (!one.ok) parts.push({ ...about, now: undefined, issues: [one.issue] });
    else {
      const problems = misplaced(one.document, { main: main.file, owners });
      const issues = await issuesOf(problems, joinDocuments(one.document, []));
      if (issues.length === 0) claim(one.document, owners);
      parts.push({ ...about, now: issues.length === 0 ? one.document : undefined, issues });
    }
  }
  return parts;
}

function claim({ file, parsed }: Document, owners: Map<string, string>): void {
  for (const name of Object.keys(projectsOf(parsed.root))) owners.set(name, file);
}

/** What takes part of it. */
export function inUse({ now, good }: Part): readonly Document[] {
  const document = now ?? good;
  return document === undefined ? [] : [document];
}

/**
 * The parts with those held back that the errors stand in. Where they stand in a file that has not changed, any changed
 * one may be the cause, and all are held back. Undefined: there is none left.
 */
export function holdBack(parts: readonly Part[], issues: readonly Issue[]): readonly Part[] | undefined {
  const fresh = parts.filter(isFresh);
  if (fresh.length === 0) return undefined;
  const errors = issues.filter(({ severity }) => severity === 'error');
  const isCause = (file: string): boolean => errors.some((issue) => issue.file === file);
  const areTheirs = errors.every((issue) => fresh.some(({ file }) => file === issue.file));
  return parts.map((part) => {
    if (!isFresh(part) || (areTheirs && !isCause(part.file))) return part;
    const own = errors.filter(({ file }) => file === part.file);
    return { ...part, now: undefined, issues: own.length === 0 ? errors : own };
  });
}

function isFresh({ now, good }: Part): boolean {
  return now !== undefined && now.text !== good?.text;
}

/** Those that are held back. */
export function heldOf(parts: readonly Part[]): readonly HeldFile[] {
  return parts.flatMap(({ file, now, good, issues }) =>
    now === undefined ? [{ file, keeps: good !== undefined, issues }] : [],
  );
}
