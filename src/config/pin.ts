/** Decides what there is to know about a revision that stands in for the files. */
import type { Document } from './document.ts';

/** A file as a revision keeps it. */
export type KeptFile = Pick<Document, 'file' | 'text' | 'mode'>;

/** A revision that is live in the place of the files. */
export interface Pin {
  readonly revision: number;
  /** The hash of the files that it stands in for; when theirs is another, they count again. */
  readonly over: string;
}

/** A revision to be loaded instead of the files; without `over`, whatever they are now. */
export interface PutBack {
  readonly revision: number;
  readonly over: string | undefined;
  /** Its files, the main one first. */
  readonly files: readonly [KeptFile, ...KeptFile[]];
}

/** What `live` has to be loaded with to stay what it is, where it stands in for the files. */
export function standing({
  putBack,
  documents,
}: {
  readonly putBack: Pin | undefined;
  readonly documents: PutBack['files'];
}): PutBack | undefined {
  return putBack && { ...putBack, files: documents };
}
