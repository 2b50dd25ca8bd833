/** Decides how a handler reads its command line: by name and kind, checked against nothing but what was parsed. */
import { AppError } from '../core/errors.ts';

/** A command line after parsing; the table's kinds decide which reader fits which flag. */
export class Input {
  readonly #args: readonly string[];
  readonly #flags: Readonly<Record<string, unknown>>;
  /** The words after `--`, exactly as given. */
  readonly rest: readonly string[];

  constructor(parsed: {
    readonly args: readonly string[];
    readonly flags: Readonly<Record<string, unknown>>;
    readonly rest: readonly string[];
  }) {
    this.#args = parsed.args;
    this.#flags = parsed.flags;
    this.rest = parsed.rest;
  }

  /** The same command line with one flag's value replaced. */
  with(flag: string, value: string): Input {
    return new Input({ args: this.#args, flags: { ...this.#flags, [flag]: value }, rest: this.rest });
  }

  /** The argument at `index`, or undefined where it was left out. */
  arg(index: number): string | undefined {
    return this.#args[index];
  }

  /** All arguments, those after `--` included. */
  get args(): readonly string[] {
    return this.#args;
  }

  isSet(flag: string): boolean {
    return this.#flags[flag] !== undefined && this.#flags[flag] !== false;
  }

  text(flag: string): string | undefined {
    const value = this.#flags[flag];
    return typeof value === 'string' ? value : undefined;
  }

  /** A `count`, or a `duration` in ms. */
  number(flag: string): number | undefined {
    const value = this.#flags[flag];
    return typeof value === 'number' ? value : undefined;
  }

  /** The values of a flag that takes several; a flag without any word is empty, an absent one undefined. */
  words(flag: string): readonly string[] | undefined {
    const value = this.#flags[flag];
    if (Array.isArray(value)) return value.map(String);
    return value === true ? [] : undefined;
  }
}

/** What is wrong with a command line, for exit code 2. */
export function usage(message: string): AppError {
  return new AppError('invalid_argument', message);
}
