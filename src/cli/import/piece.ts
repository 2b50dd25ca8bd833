/** Decides what an import comes to before it is text: triggers as keys, and what could not become one. */

/** What a key of a trigger can hold here; a table is one of strings, such as `env`. */
export type Value = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** Keys in the order they are written. */
export type Keys = ReadonlyArray<readonly [key: string, value: Value]>;

interface Placed {
  /** Where it stands in the file that is read, such as `line 7`; empty: nowhere in particular. */
  readonly at: string;
  /** What stands there, line by line, and what people say about it above. */
  readonly source: readonly string[];
  /** What does not come along or means something else here, each a sentence without a full stop. */
  readonly notes: readonly string[];
}

/** One trigger. */
export interface TriggerPiece extends Placed {
  readonly kind: 'cron' | 'webhook';
  /** What its id is made from, see `idsOf`. */
  readonly name: string;
  /** All but the id. */
  readonly keys: Keys;
  /** True: written as a comment, all of it, for a person to complete. */
  readonly isSuggestion?: boolean;
}

/** What no trigger came of. */
export interface LeftOut extends Placed {
  readonly kind: 'left-out';
}

/** A part of the file that is read. */
export type Piece = TriggerPiece | LeftOut;

/** A whole file, read. */
export interface Imported {
  /** In what every one of its triggers differs from before, each a sentence. */
  readonly differences: readonly string[];
  readonly pieces: readonly Piece[];
}

/** The value of a key, or undefined. */
export function valueOf(keys: Keys, name: string): Value | undefined {
  return keys.find(([key]) => key === name)?.[1];
}
