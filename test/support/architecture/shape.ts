/** Decides what a single file may look like: not a barrel, and short enough to hold one idea. */
import ts from 'typescript';
import type { SourceFile } from './imports.ts';
import { parse } from './imports.ts';

/** A file above this holds a second idea. */
export const MAX_LINES = 300;

/** The files that only pass on what other files export, or are named as if they did. */
export function barrels(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (/(^|\/)index\.[cm]?ts$/.test(file.path))
      return [`${file.path}: an index file; import what you need by name`];
    return onlyPassesOn(file) ? [`${file.path}: declares nothing of its own, only re-exports`] : [];
  });
}

/** The files that are too long. */
export function longFiles(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    return lines > MAX_LINES
      ? [`${path}: ${lines} lines (${MAX_LINES} at most); which is the second idea in it?`]
      : [];
  });
}

function onlyPassesOn(file: SourceFile): boolean {
  const { statements } = parse(file);
  return (
    statements.some((statement) => ts.isExportDeclaration(statement)) &&
    statements.every((statement) => ts.isExportDeclaration(statement) || ts.isImportDeclaration(statement))
  );
}
