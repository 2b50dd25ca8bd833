/** Decides which updates of a bot are still to be given: those that it wants and has not confirmed. */
import type { Raw, Update } from './wire.ts';

const FIRST_UPDATE_ID = 700_000_001;

/** What a bot gets only when it asks for it by name. */
const ONLY_ON_REQUEST = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

export class UpdateQueue {
  #pending: Update[] = [];
  #nextId = FIRST_UPDATE_ID;
  #allowed: readonly string[] = [];

  get size(): number {
    return this.#pending.length;
  }

  get allowed(): readonly string[] {
    return this.#allowed;
  }

  /** From now on only these kinds are kept; an empty list is Telegram's default. What is pending stays. */
  allow(kinds: readonly string[]): void {
    this.#allowed = kinds;
  }

  /** Answers the id, or 0 for an update of a kind that the bot does not want. */
  add(update: Raw): number {
    if (!this.#isWanted(update)) return 0;
    const id = typeof update['update_id'] === 'number' ? update['update_id'] : this.#nextId;
    this.#nextId = Math.max(this.#nextId, id + 1);
    this.#pending.push({ ...update, update_id: id });
    return id;
  }

  /** Forgets what lies below `offset`; a negative one keeps that many of the newest; 0 forgets nothing. */
  confirm(offset: number): void {
    if (offset > 0) this.#pending = this.#pending.filter(({ update_id }) => update_id >= offset);
    if (offset < 0) this.#pending = this.#pending.slice(offset);
  }

  first(limit: number): readonly Update[] {
    return this.#pending.slice(0, limit);
  }

  clear(): void {
    this.#pending = [];
  }

  #isWanted(update: Raw): boolean {
    const kind = Object.keys(update).find((key) => key !== 'update_id') ?? '';
    return this.#allowed.length === 0 ? !ONLY_ON_REQUEST.has(kind) : this.#allowed.includes(kind);
  }
}
