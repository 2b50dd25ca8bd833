/** Decides how messages wait, are taken and found in memory, by the same rules as on disk. */
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { ChatAddress, MessageState, OutgoingMessage, StoredMessage } from '../../core/message.ts';
import { ended, isKept, posted, replaced, taken } from '../outbox-rules.ts';

/** Messages in memory, in the order in which they were first posted. */
export class MemoryOutbox {
  readonly #rows = new Map<number, StoredMessage>();
  readonly #seqs = new Map<string, number>();
  #seq = 0;

  /** See `ChatLedger.post`. */
  post(messages: readonly OutgoingMessage[], at: number): void {
    for (const message of messages.filter(isKept)) {
      const row = this.get(message.key);
      if (row === undefined) this.#add(posted(message, at));
      else this.#put(replaced(row, message));
    }
  }

  /** See `ChatLedger.take`. */
  take(to: ChatAddress): StoredMessage | undefined {
    const [first] = this.select((row) => row.state === 'waiting' && isFor(row, to));
    return first && this.#put(taken(first));
  }

  /** See `ChatLedger.settleMessage`. */
  settle({ seq, ...end }: Parameters<ChatLedger['settleMessage']>[0]): StoredMessage | undefined {
    const row = this.#rows.get(seq);
    const message = row && ended(row, end);
    return message && this.#put(message);
  }

  /** See `ChatLedger.pruneMessages`. One that is being sent stays: the end of that attempt is still to come. */
  prune({ before, limit }: Parameters<ChatLedger['pruneMessages']>[0]): number {
    const gone = this.select(({ createdAt, state }) => createdAt < before && state !== 'sending')
      .sort((a, b) => a.createdAt - b.createdAt || a.seq - b.seq)
      .slice(0, limit);
    for (const { seq, key } of gone) {
      this.#rows.delete(seq);
      this.#seqs.delete(key);
    }
    return gone.length;
  }

  get(key: string): StoredMessage | undefined {
    const seq = this.#seqs.get(key);
    return seq === undefined ? undefined : this.#rows.get(seq);
  }

  /** All messages that `keep` accepts, oldest first. */
  select(keep: (row: StoredMessage) => boolean): StoredMessage[] {
    return [...this.#rows.values()].filter(keep);
  }

  count(state: MessageState): number {
    return this.select((row) => row.state === state).length;
  }

  #add(message: Omit<StoredMessage, 'seq'>): void {
    this.#seq += 1;
    this.#seqs.set(message.key, this.#seq);
    this.#put({ ...message, seq: this.#seq });
  }

  #put(message: StoredMessage): StoredMessage {
    this.#rows.set(message.seq, message);
    return message;
  }
}

/** True for a message to this chat, whatever its topic. */
export function isFor({ to }: StoredMessage, { bot, chat }: ChatAddress): boolean {
  return to.bot === bot && to.chat === chat;
}
