/** Decides what never leaves the process in words: tokens, keys and every secret the configuration names. */
import { Secret } from '../core/secret.ts';

const MASK = '[secret]';

/** Shapes of well-known credentials: Telegram bot tokens, OpenAI, GitHub and Slack keys, bearer and basic values. */
const SHAPES: readonly RegExp[] = [
  /bot\d+:[\w-]{20,}/g,
  /\b\d{6,}:[\w-]{30,}/g,
  /\bsk-[\w-]{16,}/g,
  /\b(?:ghp|ghs|gho|ghu|github_pat)_\w{16,}/g,
  /\bxox[abprs]-[\w-]{10,}/g,
  /\bwhsec_[\w+/=]{8,}/g,
  /\b(?:bearer|basic)\s+[\w.~+/=-]{8,}/gi,
];

const KEY_LENGTH = 4;

const SECRET_KEY =
  /^(?:authorization|cookie|set-cookie|proxy-authorization)$|secret|token|password|api[-_]?key/i;

/** Masks values by shape, by the name they stand under, and by being a configured secret; keeps everything else. */
export class Redactor {
  /** Every value that was ever known: runs under way and outputs on disk may hold one that has left the file. */
  readonly #values = new Set<string>();
  /** Values by their first characters, the longest first. */
  #secrets: ReadonlyMap<string, readonly string[]> = new Map();
  /** Finds those first characters: one pass over a text, which is as long as a run's output, costs as good as nothing. */
  #starts = /(?!)/g;
  /** Beginnings of secrets of several lines, each up to one of their line ends. */
  #heads: readonly string[] = [];

  /** These are secrets too, from now on; values under four characters would mask half of every text and are left out. */
  know(secrets: Iterable<Secret>): void {
    for (const secret of secrets) {
      const value = secret.reveal();
      if (value.length >= KEY_LENGTH) this.#values.add(value);
    }
    const longestFirst = [...this.#values].sort((a, b) => b.length - a.length);
    this.#secrets = Map.groupBy(longestFirst, (value) => value.slice(0, KEY_LENGTH));
    const starts = [...this.#secrets.keys()].map((start) => start.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
    this.#starts = starts.length === 0 ? /(?!)/g : new RegExp(starts.join('|'), 'g');
    this.#heads = longestFirst.flatMap(headsOf);
  }

  /** The text without secrets. */
  text(text: string): string {
    return SHAPES.reduce((masked, shape) => masked.replace(shape, MASK), this.#withoutKnown(text));
  }

  /**
   * How much of a text that goes on can be masked by now: its whole lines, but for those at their end that may be the
   * beginning of a known secret.
   */
  settledLength(text: string): number {
    const end = text.lastIndexOf('\n') + 1;
    const lines = text.slice(0, end);
    const open = this.#heads.filter((head) => lines.endsWith(head));
    return end - Math.max(0, ...open.map((head) => head.length));
  }

  #withoutKnown(text: string): string {
    const starts = this.#starts;
    let masked = '';
    let from = 0;
    starts.lastIndex = 0;
    for (let match = starts.exec(text); match !== null; match = starts.exec(text)) {
      const { 0: start, index } = match;
      const found = this.#secrets.get(start)?.find((value) => text.startsWith(value, index));
      starts.lastIndex = index + (found?.length ?? 1);
      if (found === undefined) continue;
      masked += text.slice(from, index) + MASK;
      from = starts.lastIndex;
    }
    return masked + text.slice(from);
  }

  /** A copy of the value without secrets, at any depth. */
  value(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Secret) return MASK;
    if (depth > 6) return '[deep]';
    if (value instanceof Error)
      return { name: value.name, message: this.text(value.message), stack: this.text(value.stack ?? '') };
    if (Array.isArray(value)) return value.map((item) => this.value(item, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        SECRET_KEY.test(key) ? MASK : this.value(item, depth + 1),
      ]),
    );
  }
}

function headsOf(secret: string): readonly string[] {
  const ends = [...secret.matchAll(/\n/g)].map(({ index }) => index + 1);
  return ends.filter((end) => end < secret.length).map((end) => secret.slice(0, end));
}
