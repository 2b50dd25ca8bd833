/**
 * Decides which glimpses of a run at work are still worth showing: of each message the newest, every two seconds at most.
 *
 * They live in memory only and any of them may be lost; what must arrive is in the outbox.
 */
import type { MessageContent, OutgoingMessage } from '../core/message.ts';

const EVERY_MS = 2_000;

/** New content of a message about a run at work. */
export type LiveEdit = Pick<OutgoingMessage, 'key' | 'to' | 'content'>;

interface Entry {
  readonly chat: number;
  /** Undefined: shown; the entry only keeps the distance to the next. */
  readonly content: MessageContent | undefined;
  /** Monotonic ms. */
  readonly notBefore: number;
}

/** An edit that waits, and how long it has to. */
export interface NextEdit {
  readonly key: string;
  readonly waitMs: number;
}

/** The edits that wait, by key of their message. Times are monotonic ms. */
export class LiveEdits {
  readonly #entries = new Map<string, Entry>();

  /** Keeps `content` in place of what waits for that message. */
  put({ key, to, content }: LiveEdit, now: number): void {
    this.#sweep(now);
    const notBefore = this.#entries.get(key)?.notBefore ?? now;
    this.#entries.set(key, { chat: to.chat, content, notBefore });
  }

  /** The edit of the chat that could be made first: each message gets its turn, however slow the chat. Undefined: none waits. */
  next(chat: number, now: number): NextEdit | undefined {
    return [...this.#entries]
      .filter(([, entry]) => entry.chat === chat && entry.content !== undefined)
      .sort(([, a], [, b]) => a.notBefore - b.notBefore)
      .map(([key, { notBefore }]) => ({ key, waitMs: Math.max(0, notBefore - now) }))
      .at(0);
  }

  /** Takes what waits for that message; the next one has to keep its distance. */
  take(key: string, now: number): MessageContent | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.set(key, { ...entry, content: undefined, notBefore: now + EVERY_MS });
    return entry.content;
  }

  /** Forgets what waits for that message: something durable takes its place. */
  drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, content: undefined });
  }

  /** Forgets all. */
  clear(): void {
    this.#entries.clear();
  }

  #sweep(now: number): void {
    for (const [key, { content, notBefore }] of this.#entries) {
      if (content === undefined && notBefore <= now) this.#entries.delete(key);
    }
  }
}
