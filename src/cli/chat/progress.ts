/** Decides what of a message about a run under way is news, so that the passing of time alone is none. */

/** ` · 1m 20s` at the end of a line: how long it has taken so far. */
const ELAPSED = /(?: · )(?:\d+(?:\.\d+)?(?:ms|[dhms]) ?)+$/;

/** The lines of `after` that say something `before` did not, as they are. */
export function newLines(before: string, after: string): readonly string[] {
  const known = new Set(before.split('\n').map(timeless));
  return after.split('\n').filter((line) => !known.has(timeless(line)));
}

function timeless(line: string): string {
  return line.trimEnd().replace(ELAPSED, '');
}
