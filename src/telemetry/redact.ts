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

const SECRET_KEY =
  /^(?:authorization|cookie|set-cookie|proxy-authorization)$|secret|token|password|api[-_]?key/i;

/** Masks values by shape, by the name they stand under, and by being a configured secret; keeps everything else. */
export class Redactor {
  #secrets: readonly string[] = [];

  /** Makes these the configured secrets; values under four characters would mask half of every text and are left out. */
  know(secrets: Iterable<Secret>): void {
    this.#secrets = [...secrets].map((secret) => secret.reveal()).filter((value) => value.length >= 4);
  }

  /** The text without secrets. */
  text(text: string): string {
    const known = this.#secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
    return SHAPES.reduce((masked, shape) => masked.replace(shape, MASK), known);
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
