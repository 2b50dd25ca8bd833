/** Decides what one file of a configuration says: read anew every time, parsed only where it is not what it was. */
import type { Issue } from '../core/snapshot.ts';
import { parseToml } from './parse.ts';
import type { Parsed, SyntaxFault } from './parse.ts';
import type { ReadResult } from './read.ts';

/** A file that was read and is TOML; what it says may still be wrong. */
export interface Document {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
  readonly parsed: Parsed;
}

/** A file that was looked for: what it holds, or why it may not be used. */
export type DocumentResult =
  | { readonly ok: true; readonly document: Document }
  | {
      readonly ok: false;
      readonly file: string;
      readonly kind: 'unreadable' | 'syntax';
      readonly issue: Issue;
      /** What was read, or in its place why nothing was: when it changes, so did the file. */
      readonly text: string;
    };

/** How a file is read; `known` is what the same file was before. */
export interface DocumentSource {
  readonly file: string;
  readonly read: ReadResult;
  readonly known: Document | undefined;
}

/** The document of a file; one that says what it said is the very object that it was. */
export async function toDocument({ file, read, known }: DocumentSource): Promise<DocumentResult> {
  if (!read.ok) {
    const message = `the file ${read.message}`;
    const issue = issueAt(file, { line: 1, column: 1, ...read.place, message });
    return { ok: false, file, kind: 'unreadable', issue, text: message };
  }
  const { text, mode } = read;
  if (known?.text === text) return { ok: true, document: known.mode === mode ? known : { ...known, mode } };
  const parsed = await parseToml(text, known?.parsed.bySection);
  return parsed.ok
    ? { ok: true, document: { file, text, mode, parsed: parsed.parsed } }
    : { ok: false, file, kind: 'syntax', issue: issueAt(file, parsed.fault), text };
}

/** The documents of texts that are kept; one that is no TOML is none. */
export async function documentsOf(
  files: ReadonlyArray<Pick<Document, 'file' | 'text' | 'mode'>>,
  known: ReadonlyMap<string, Document>,
): Promise<readonly Document[]> {
  const documents: Document[] = [];
  for (const { file, text, mode } of files) {
    const result = await toDocument({ file, read: { ok: true, text, mode }, known: known.get(file) });
    if (result.ok) documents.push(result.document);
  }
  return documents;
}

function issueAt(file: string, { line, column, message }: SyntaxFault): Issue {
  return { file, line, column, path: '', message, severity: 'error' };
}
