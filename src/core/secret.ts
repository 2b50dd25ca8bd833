/** Decides how a secret is carried: a value that prints as `[secret]` everywhere and is revealed only on purpose. */
import { inspect } from 'node:util';

/** Masks the secrets of a text. */
export type Mask = (text: string) => string;

/** One secret value. Its text is reachable through `reveal()` only; JSON, logs and string concatenation show a mask. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  /** The value itself; call it where it is used (a signature, a header, a child's variable), never to store it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
