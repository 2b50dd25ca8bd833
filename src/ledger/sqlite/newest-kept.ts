/**
 * Decides which finished rows of one kind are beyond the newest that are kept.
 *
 * Finding the place means walking along an index, 25 ns a row: what is kept may be millions, and nothing else must wait
 * for that. So the walk goes a piece at a time, and what it found holds until it is forgotten: rows that end meanwhile
 * are newer, and all that lies behind the place stays beyond.
 */
import type { Database, Statement } from './database.ts';

/** A row of the index of endings. */
export interface Place {
  readonly ended_at: number;
  readonly seq: number;
}

/** Rows walked over at once: about a millisecond. */
export const PIECE = 50_000;

const NEWEST: Place = { ended_at: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

interface Walk {
  readonly keep: number;
  /** Rows still to be walked over, the one that is looked for included. */
  readonly left: number;
  /** The last one walked over; undefined: there are no more. */
  readonly place: Place | undefined;
}

/** The newest rows of one kind. */
export class NewestKept {
  readonly #further: Statement<Place>;
  readonly #piece: number;
  #walk: Walk | undefined;

  /** `kind` is the table with its index and the conditions of that. */
  constructor(database: Database, kind: string, piece: number = PIECE) {
    this.#piece = piece;
    this.#further = database.statement(
      `SELECT ended_at, seq FROM ${kind} AND (ended_at, seq) < (?, ?) ORDER BY ended_at DESC, seq DESC LIMIT 1 OFFSET ?`,
    );
  }

  /** Looks on for the first row beyond the newest `keep`; true: `beyond` is known. */
  look(keep: number): boolean {
    const walk = this.#walk?.keep === keep ? this.#walk : { keep, left: keep + 1, place: NEWEST };
    const { left, place } = walk;
    if (left === 0 || place === undefined) return true;
    const step = Math.min(left, this.#piece);
    const reached = this.#further.get(place.ended_at, place.seq, step - 1);
    this.#walk = { keep, left: reached === undefined ? 0 : left - step, place: reached };
    return this.#walk.left === 0;
  }

  /** The newest row that is not kept; undefined: all are, or nobody has looked. */
  get beyond(): Place | undefined {
    return this.#walk?.left === 0 ? this.#walk.place : undefined;
  }

  /** The next look begins anew. */
  forget(): void {
    this.#walk = undefined;
  }
}
