/** Decides the ids of imported triggers: what they were called, in letters that every place takes, each once. */
import type { Piece } from './piece.ts';

const LONGEST = 60;

/** The id of each trigger; crons and webhooks have their own names. */
export function idsOf(pieces: readonly Piece[]): ReadonlyMap<Piece, string> {
  const taken = new Set<string>();
  const ids = new Map<Piece, string>();
  for (const piece of pieces) {
    if (piece.kind === 'left-out') continue;
    const id = freeId(slugOf(piece.name), (one) => !taken.has(`${piece.kind}:${one}`));
    taken.add(`${piece.kind}:${id}`);
    ids.set(piece, id);
  }
  return ids;
}

function slugOf(name: string): string {
  const slug = name
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return slug === '' ? 'imported' : slug;
}

function freeId(slug: string, isFree: (id: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? slug : `${slug}-${number}`;
    if (isFree(id)) return id;
  }
}
