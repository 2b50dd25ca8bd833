/** Decides how a text from outside may stand in a reason: as one short line. */

const MAX_SHOWN = 200;

/** The text without control characters and line ends, cut where it is long. */
export function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD');
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}…`;
}
