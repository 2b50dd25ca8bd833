/** Decides which files a configuration is made of, as they are on disk right now. */
import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';
import { fromConfig } from './compile-context.ts';
import { toDocument } from './document.ts';
import type { Document, DocumentResult } from './document.ts';
import { filesOf, isPattern } from './include.ts';
import type { LoadInput } from './loaded.ts';
import { warning } from './problem.ts';
import type { Problem } from './problem.ts';
import { MAX_CONFIG_BYTES, readText } from './read.ts';

/** The files as they were found, whether they are of use or not. */
export interface Gathered {
  readonly main: DocumentResult;
  /** In the order of their names, entry by entry. */
  readonly included: readonly DocumentResult[];
  /** Files and folders a change of which may change any of this; absolute paths. */
  readonly watch: readonly string[];
  /** What is odd about the entries; paths begin at the root of the main file. */
  readonly problems: readonly Problem[];
}

/** What finding them takes. */
export type GatherInput = Pick<LoadInput, 'file' | 'home' | 'previous' | 'readFile'>;

/** Reads the main file and all that it includes. */
export async function gather(input: GatherInput): Promise<Gathered> {
  const read = readerFor(input);
  const main = await read(input.file);
  const { files, folders, problems } = main.ok ? await follow(main.document, input) : nothing;
  const included: DocumentResult[] = [];
  for (const file of files) included.push(await read(file));
  return { main, included, watch: [input.file, ...folders, ...files], problems };
}

const nothing: Awaited<ReturnType<typeof follow>> = { files: [], folders: [], problems: [] };

function readerFor({
  readFile = readConfig,
  previous,
}: GatherInput): (file: string) => Promise<DocumentResult> {
  const known = new Map<string, Document>(previous?.documents.map((one) => [one.file, one]));
  return async (file) => toDocument({ file, read: await readFile(file), known: known.get(file) });
}

function readConfig(file: string): ReturnType<typeof readText> {
  return readText(file, MAX_CONFIG_BYTES);
}

async function follow(
  { file, parsed: { root } }: Document,
  { home }: GatherInput,
): Promise<{
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly problems: readonly Problem[];
}> {
  const files = new Set<string>();
  const folders = new Set<string>();
  const problems: Problem[] = [];
  const where = { config: dirname(file), home };
  for (const [index, entry] of entriesOf(root['include']).entries()) {
    const found = await filesOf(fromConfig(where, entry));
    if (found.folder !== undefined) folders.add(found.folder);
    if (found.files.length === 0) problems.push(warning(['include', index], 'no file fits this'));
    for (const one of found.files) if (one !== file) files.add(one);
  }
  return { files: [...files], folders: [...folders], problems };
}

/** The entries that are right; anything else is told by the schema. */
function entriesOf(include: unknown): readonly string[] {
  const entries: readonly unknown[] = Array.isArray(include) ? include : [];
  return entries.filter((one) => typeof one === 'string').filter(isPattern);
}

/** First 12 hex digits of the SHA-256 of a file's text; of several files, of their names and texts. */
export function hashOf(files: ReadonlyArray<Pick<Document, 'file' | 'text'>>): string {
  const [main, ...others] = files;
  const folder = dirname(main?.file ?? '');
  const content =
    others.length === 0
      ? (main?.text ?? '')
      : JSON.stringify(files.map(({ file, text }) => [relative(folder, file), text]));
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

/** The hash of what is on disk, be it of use or not. */
export function fingerprintOf({ main, included }: Gathered): string {
  return hashOf([main, ...included].map((one) => (one.ok ? one.document : one)));
}
