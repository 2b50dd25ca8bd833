/** Decides what somebody meant who mistyped a word. */

/** `; did you mean "action"?` for the nearest of `known`, or nothing when none is near. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const nearest = nearestOf(written, known);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** The known word that `written` most likely stands for: a third of it may be wrong, two letters at most. */
function nearestOf(written: string, known: Iterable<string>): string | undefined {
  if (written.length > 100) return undefined;
  const allowed = Math.min(2, Math.ceil(written.length / 3));
  let nearest: { readonly word: string; readonly distance: number } | undefined;
  for (const word of known) {
    if (Math.abs(word.length - written.length) > allowed) continue;
    const distance = distanceOf(written.toLowerCase(), word.toLowerCase());
    if (distance <= allowed && distance < (nearest?.distance ?? Infinity)) nearest = { word, distance };
  }
  return nearest?.word;
}

/** Letters to insert, delete, replace or swap with their neighbour (Damerau's distance, optimal string alignment). */
function distanceOf(from: string, to: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const steps = [
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
      ];
      if (isSwap) steps.push(at(before, column - 2) + 1);
      current.push(Math.min(...steps));
    }
    before = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
