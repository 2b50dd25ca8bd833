/** Decides which of the service's variables a child gets to see: a list of names, never all but some. */

/** What programs need to find themselves, their user, language, time zone and agents; a `*` at the end fits any rest. */
export const defaultAllowed: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_*',
  'TZ',
  'TERM',
  'TMPDIR',
  'XDG_*',
  'SSH_AUTH_SOCK',
];

export interface ChildEnvironmentOptions {
  /** The service's own environment. */
  readonly base: Readonly<Record<string, string | undefined>>;
  /** Names, or beginnings of names with a `*` at the end; everything else stays behind. */
  readonly allow: readonly string[];
  /** What the action adds; it wins over `base`. */
  readonly extra: Readonly<Record<string, string>>;
}

/** The complete environment of a child. Secrets that live in the service's environment are not in it unless listed by name. */
export function childEnvironment({
  base,
  allow,
  extra,
}: ChildEnvironmentOptions): Readonly<Record<string, string>> {
  const names = new Set(allow);
  const beginnings = allow.flatMap((name) =>
    name.endsWith('*') && name.length > 1 ? [name.slice(0, -1)] : [],
  );
  const kept = Object.entries(base).filter(
    ([name]) => names.has(name) || beginnings.some((beginning) => name.startsWith(beginning)),
  );
  const defined = kept.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(defined), ...extra };
}
