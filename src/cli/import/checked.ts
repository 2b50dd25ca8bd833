/** Decides that no schedule is written that would not load: a refused one is left out, with the remedy. */
import { compileAt, compileEvery, compileSchedule } from '../../scheduler/schedule.ts';
import type { Compilation } from '../../scheduler/schedule.ts';
import { valueOf } from './piece.ts';
import type { Imported, Keys, Piece } from './piece.ts';

/** The same with every cron left out whose schedule the service refuses. */
export function checked({ pieces, differences }: Imported): Imported {
  return { differences, pieces: pieces.map(checkedPiece) };
}

function checkedPiece(piece: Piece): Piece {
  if (piece.kind !== 'cron') return piece;
  const compiled = compiledFrom(piece.keys);
  if (compiled.ok) return piece;
  const { at, source, notes } = piece;
  return {
    kind: 'left-out',
    at,
    source,
    notes: [`the schedule is refused: ${compiled.message}`, ...notes],
  };
}

function compiledFrom(keys: Keys): Compilation {
  const textOf = (key: string): string | undefined => {
    const value = valueOf(keys, key);
    return typeof value === 'string' ? value : undefined;
  };
  const zone = textOf('timezone') ?? 'UTC';
  const [every, at] = [textOf('every'), textOf('at')];
  if (every !== undefined) return compileEvery({ every, zone });
  if (at !== undefined) return compileAt({ at, zone });
  return compileSchedule({ expression: textOf('schedule') ?? '', zone });
}
