/** Decides what is said of an error of a plugin: its words, with the file and the line that they are about. */
import { stripTypeScriptTypes } from 'node:module';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the plugin lies, and which of its files were read, in that order. */
export interface Sources {
  readonly root: string;
  readonly read: readonly string[];
}

/** `index.ts:3: Unexpected token`, in one line; without a place where none is known. */
export function placedReason(error: unknown, sources: Sources): string {
  const reason = inOneLine(wordsOf(error));
  const place = placeInStack(error, sources.root) ?? (isSyntax(error) ? placeOfSyntax(sources) : undefined);
  return place === undefined ? reason : `${place}: ${reason}`;
}

/** A text in one line. */
export function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 1_000);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  return error.message === '' ? error.name : error.message;
}

function isSyntax(error: unknown): boolean {
  return error instanceof Error && error.name === 'SyntaxError';
}

/** The first file of the plugin that the stack names. */
function placeInStack(error: unknown, root: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, file = '', line = ''] of stack.matchAll(/((?:file:\/\/)?\/[^\n()]*?):(\d+)(?=[:\n)]|$)/g)) {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    if (path === root || path.startsWith(`${root}/`)) return `${shown(path, root)}:${line}`;
  }
  return undefined;
}

/** V8 does not say where a module does not parse; the parser that takes the types out of a file does. */
function placeOfSyntax({ root, read }: Sources): string | undefined {
  for (const file of read.toReversed()) {
    try {
      stripTypeScriptTypes(readFileSync(file, 'utf8'), { sourceUrl: file });
    } catch (error) {
      const line = /:(\d+)\n/.exec(error instanceof Error ? (error.stack ?? '') : '')?.[1];
      return line === undefined ? shown(file, root) : `${shown(file, root)}:${line}`;
    }
  }
  const [last] = read.slice(-1);
  return last === undefined ? undefined : shown(last, root);
}

function shown(path: string, root: string): string {
  const inside = relative(root, path);
  return inside === '' ? (path.split('/').at(-1) ?? path) : inside;
}
