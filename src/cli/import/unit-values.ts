/** Decides which value of a unit's section counts, by systemd.syntax(7). */
import type { Assignment } from './ini.ts';

/** One section of a unit. */
export class UnitValues {
  readonly #assignments: readonly Assignment[];

  constructor(assignments: readonly Assignment[], section: string) {
    this.#assignments = assignments.filter((one) => one.section === section);
  }

  /** All values of a list; an empty one throws away those before it. */
  all(key: string): readonly string[] {
    const values = this.#assignments.filter((one) => one.key === key).map(({ value }) => value);
    return values.slice(values.lastIndexOf('') + 1);
  }

  last(key: string): string | undefined {
    return this.all(key).at(-1);
  }

  isOn(key: string): boolean {
    return /^(?:1|yes|y|true|t|on)$/i.test(this.last(key) ?? '');
  }

  /** The assignments whose keys are not among these, as written. */
  unread(read: ReadonlySet<string>): readonly string[] {
    return this.#assignments.filter(({ key }) => !read.has(key)).map(({ key, value }) => `${key}=${value}`);
  }
}
