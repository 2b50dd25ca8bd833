/** Decides what of a message about a run under way is news, so that the passing of time alone is none. */
import type { TerminalMessage } from '../../core/views.ts';

type Told = Pick<TerminalMessage, 'text' | 'elapsed'>;

/** The lines of `after` that say something `before` did not, as they are. */
export function newLines(before: Told, after: Told): readonly string[] {
  const known = new Set(timelessLines(before));
  const lines = after.text.split('\n');
  return timelessLines(after).flatMap((line, index) => (known.has(line) ? [] : (lines[index] ?? [])));
}

/** What stands behind the time in its line stays. */
function timelessLines({ text, elapsed }: Told): readonly string[] {
  return text.replace(elapsed, () => '').split('\n');
}
