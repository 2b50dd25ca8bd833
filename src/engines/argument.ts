/** Decides what of a prompt can be an argument of a program, and where it goes when it cannot be one. */

/** Linux refuses an argument of 128 KiB and more (execve(2), MAX_ARG_STRLEN); what is left is for the element's own text. */
export const MAX_ARGUMENT_BYTES = 120_000;

/** The end of a command line, and what the program reads on stdin; undefined: nothing. */
export interface PromptPlace {
  readonly args: readonly string[];
  readonly stdin: string | undefined;
}

/** The prompt as `args` makes it an argument; one that cannot be an argument goes by stdin, whole and unchanged. */
export function argumentOrStdin(
  prompt: string,
  args: (prompt: string) => readonly string[],
  argsWithStdin: readonly string[] = [],
): PromptPlace {
  const fits = !prompt.includes('\0') && Buffer.byteLength(prompt) <= MAX_ARGUMENT_BYTES;
  return fits ? { args: args(prompt), stdin: undefined } : { args: argsWithStdin, stdin: prompt };
}

/** With a space in front where its first character would mean something to the program: `-` always, and `marks`. */
export function notAFlag(text: string, marks = ''): string {
  return `-${marks}`.includes(text.charAt(0) || ' ') ? ` ${text}` : text;
}

/**
 * What an argument can hold of a text: NUL becomes U+FFFD, and a text too long is cut between characters, which its last
 * line says.
 */
export function cutToArgument(text: string): string {
  const clean = text.replaceAll('\0', '\uFFFD');
  const bytes = Buffer.from(clean);
  if (bytes.length <= MAX_ARGUMENT_BYTES) return clean;
  const mark = `\n[cut: ${bytes.length} bytes are too long for an argument]`;
  // `stream` leaves out a character that the cut went through.
  const start = new TextDecoder().decode(bytes.subarray(0, MAX_ARGUMENT_BYTES - mark.length), {
    stream: true,
  });
  return `${start}${mark}`;
}
