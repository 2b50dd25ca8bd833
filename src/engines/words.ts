/** Decides how choices become words of a command line, and which the operator's own words already make. */

/** `name value`; nothing without a value. The value is one that {@link refusal} let through. */
export function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

/** Whether the operator's own words hold one of these flags, as `--flag`, or as `--flag=value`. */
export function hasFlag(words: readonly string[], flags: readonly string[]): boolean {
  return words.some((word) => flags.some((flag) => word === flag || word.startsWith(`${flag}=`)));
}
