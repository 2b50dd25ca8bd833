/** Decides where a text is cut when nothing in it invites to: between what a reader takes for characters. */

/**
 * The last place at or before `latest` and behind `from` where no character is torn: no grapheme, or where a single one
 * is longer than that, at least no surrogate pair. `from` is such a place, and `latest` at least two units behind it.
 */
export function boundaryBefore(text: string, from: number, latest: number): number {
  if (latest >= text.length) return text.length;
  // Whether a grapheme ends at `latest` is decided by the character that follows.
  const window = text.slice(from, latest + 2);
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(window);
  const boundary = graphemes.containing(latest - from)?.index ?? 0;
  if (boundary > 0) return from + boundary;
  return isInsidePair(text, latest) ? latest - 1 : latest;
}

function isInsidePair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
