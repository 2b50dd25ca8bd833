/** Decides what is kept of each plugin: the generation that serves, and what came of the last try. */
import type { Generation } from './host.ts';
import type { PluginShape } from './protocol.ts';

/** A generation that serves. */
export interface Live {
  readonly number: number;
  readonly hash: string;
  /** Of everything that it was made of: while it is the same, nothing is started anew. */
  readonly key: string;
  readonly host: Pick<Generation, 'shape' | 'death' | 'inFlight' | 'workedMs' | 'call' | 'retire' | 'end'>;
}

/** What came of a plugin the last time that something was done about it. */
export type LastResult =
  | { readonly kind: 'added' | 'refreshed' | 'disabled' }
  | { readonly kind: 'failed'; readonly reason: string };

/** One plugin of the folder. */
export interface Entry {
  readonly id: string;
  /** Undefined: none serves. */
  readonly live: Live | undefined;
  readonly last: LastResult;
}

/** By id, in their order; never changed, always replaced. */
export type PluginTable = ReadonlyMap<string, Entry>;

/** What a plugin can do now; undefined: nothing. */
export function shapeNow({ live }: Entry): PluginShape | undefined {
  return live?.host.shape;
}
