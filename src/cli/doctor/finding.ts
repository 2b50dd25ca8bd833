/** Decides what one check comes to: what was found, how bad that is, and what to do about it. */

/** One line of the answer, and an element of `checks` in `doctor --json`. */
export interface Finding {
  /** What was looked at, such as `port` or `engine claude`. */
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly finding: string;
  /** Empty where nothing needs doing. */
  readonly remedy: string;
}

/** What a finding is about, and what was found. */
type About = Pick<Finding, 'name' | 'finding'>;

export function fine(name: string, finding: string): Finding {
  return { name, state: 'ok', finding, remedy: '' };
}

/** It may do harm. */
export function doubtful(about: About, remedy: string): Finding {
  return { ...about, state: 'warning', remedy };
}

/** It does not work. */
export function broken(about: About, remedy: string): Finding {
  return { ...about, state: 'error', remedy };
}
