/** Decides what is said of an error of a plugin: its words, with the file and the line that they are about. */
import { stripTypeScriptTypes } from 'node:module';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

/** Where the plugin lies, and which of its files were read, in that order. */
export interface Sources {
  readonly root: string;
  readonly read: readonly string[];
}

/** More than this of what a plugin says is not looked at. */
export const MOST_SAID = 10_000;

/** `index.ts:3: Unexpected token`; without a place where none is known. Never throws, whatever was thrown. */
export function placedReason(error: unknown, sources: Sources): string {
  try {
    return placed(error, sources);
  } catch {
    // Something that throws itself when it is looked at.
    return 'threw something that cannot be shown';
  }
}

function placed(error: unknown, sources: Sources): string {
  const reason = wordsOf(error).slice(0, MOST_SAID);
  const place = placeInStack(error, sources.root) ?? (isSyntax(error) ? placeOfSyntax(sources) : undefined);
  return place === undefined ? reason : `${place}: ${reason}`;
}

/** A text in one line. It is masked before: a secret of several lines is none any more in one line, nor is a part of one. */
export function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 1_000);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${typeof error === 'string' ? error : inspect(error)}`;
  const { message, name }: Readonly<Record<'message' | 'name', unknown>> = error;
  return String(message === '' ? name : message);
}

function isSyntax(error: unknown): boolean {
  return error instanceof Error && error.name === 'SyntaxError';
}

// A stack of somebody's own making may be endless. Those of V8 name ten places, whose paths are far shorter.
const MOST_CHARACTERS = 1_000;
const MOST_LINES = 100;

/** The first file of the plugin that the stack names; the words before it may be long, and hold anything. */
function placeInStack(error: unknown, root: string): string | undefined {
  const stack: unknown = error instanceof Error ? error.stack : undefined;
  if (typeof stack !== 'string') return undefined;
  const lines = stack
    .split('\n')
    .filter((line) => line.length <= MOST_CHARACTERS && /^(\s+at |file:|\/)/.test(line));
  for (const line of lines.slice(0, MOST_LINES)) {
    const [, file = '', number = ''] = /((?:file:\/\/)?\/[^()]*?):(\d+)(?=[:)]|$)/.exec(line) ?? [];
    const path = pathOf(file);
    if (path === root || path.startsWith(`${root}/`)) return `${shown(path, root)}:${number}`;
  }
  return undefined;
}

function pathOf(file: string): string {
  try {
    return file.startsWith('file:') ? fileURLToPath(file) : file;
  } catch {
    // Words that look like a place, and are none.
    return '';
  }
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
