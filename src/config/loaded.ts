/** Decides what a load is given and what it answers with. */
import type { Secret } from '../core/secret.ts';
import type { Issue, Snapshot } from '../core/snapshot.ts';
import type { ScheduleTables } from '../scheduler/schedule.ts';
import type { Templates } from '../triggers/template.ts';
import type { SecretMemory } from './changed-secrets.ts';
import type { BootSettings } from './compile-frame.ts';
import type { TriggerMemory } from './compile-triggers.ts';
import type { Document } from './document.ts';
import type { Environment } from './locate.ts';
import type { HeldFile } from './part.ts';
import type { KeptFile, Pin, PutBack } from './pin.ts';
import type { ReadResult } from './read.ts';

/** What a load depends on besides the files. */
export interface LoadInput {
  /** Absolute path of the main file. */
  readonly file: string;
  readonly env: Environment;
  readonly home: string;
  /** Absolute path of the state folder. */
  readonly stateFolder: string;
  /** Zone of schedules when the file names none. */
  readonly hostZone: string;
  readonly nowMs: number;
  readonly templates: Templates;
  /** What was live before; what did not change is taken from it. */
  readonly previous?: Loaded | undefined;
  /** What is to be live in the place of the files, see `PutBack.over`. */
  readonly putBack?: PutBack | undefined;
  /** Without `previous`: what the files were when they were last live, for included ones that are wrong now. */
  readonly lastGood?: readonly KeptFile[] | undefined;
  /** Reads a file; by default from disk. */
  readonly readFile?: ((file: string) => Promise<ReadResult>) | undefined;
}

/** A configuration that may go live; its revision has no number, 0, until `numbered` gives it one. */
export interface Loaded {
  readonly snapshot: Snapshot;
  readonly boot: BootSettings;
  /** The files that it is made of, the main one first. */
  readonly documents: readonly [Document, ...Document[]];
  /** Included files that are not live as they are on disk. */
  readonly held: readonly HeldFile[];
  /** Set: this is an earlier revision, in the place of the files. */
  readonly putBack: Pin | undefined;
  readonly hash: string;
  /** Files, and folders of included ones, a change of which is a change of the configuration; absolute paths. */
  readonly watch: readonly string[];
  /** Every secret of the files, those of webhooks included: what no exit of the program may show. */
  readonly secrets: readonly Secret[];
  /** For the next load, and for reading the same text again; nobody outside this folder looks inside. */
  readonly memory: LoadMemory;
}

/** What one load keeps for the next. */
export interface LoadMemory extends SecretMemory {
  readonly triggers: TriggerMemory;
  readonly schedules: ScheduleTables;
}

/** Why a file may not go live. */
export interface LoadRefusal {
  readonly ok: false;
  /** `unreadable` and `syntax` may be a file that is being written; `invalid` is one that says something wrong. */
  readonly kind: 'unreadable' | 'syntax' | 'invalid';
  readonly issues: readonly Issue[];
  readonly watch: readonly string[];
}

/** What a load answers with: everything for the file to go live, or why it may not. */
export type LoadResult = { readonly ok: true; readonly loaded: Loaded } | LoadRefusal;

/** All there is to say about the files: errors first, those of included files that are left out too. */
export function issuesIn(result: LoadResult): readonly Issue[] {
  if (!result.ok) return result.issues;
  const { held, snapshot } = result.loaded;
  return [...held.flatMap(({ issues }) => issues), ...snapshot.warnings];
}

/** The same configuration as revision `revision`: the number is known only once the store is open. */
export function numbered(loaded: Loaded, revision: number): Loaded {
  return { ...loaded, snapshot: Object.freeze({ ...loaded.snapshot, revision }) };
}
