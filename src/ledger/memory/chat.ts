/** Decides how the port of chats is served from memory. */
import type { ChatLedger, Receipt } from '../../core/chat-ledger.ts';
import type { RunId } from '../../core/ids.ts';
import type { ChatAddress, OutgoingMessage, StoredMessage } from '../../core/message.ts';
import { staleUntil } from '../update-memory.ts';
import type { MemoryOutbox } from './outbox.ts';
import { isFor } from './outbox.ts';

/** Updates, messages and memories in memory. */
export class MemoryChat implements ChatLedger {
  readonly #outbox: MemoryOutbox;
  readonly #updates = new Map<string, Pick<Receipt, 'update' | 'at'>>();
  readonly #memories = new Map<string, string>();

  constructor(outbox: MemoryOutbox) {
    this.#outbox = outbox;
  }

  async lastUpdate(account: string, now: number): Promise<number | undefined> {
    return this.#lastUpdate(account, now);
  }

  async received({ account, update, answers, at }: Receipt): Promise<boolean> {
    const last = this.#lastUpdate(account, at);
    if (last !== undefined && update <= last) return false;
    this.#updates.set(account, { update, at });
    this.#outbox.post(answers, at);
    return true;
  }

  async post(messages: readonly OutgoingMessage[], at: number): Promise<void> {
    this.#outbox.post(messages, at);
  }

  async take(to: ChatAddress): Promise<StoredMessage | undefined> {
    return this.#outbox.take(to);
  }

  async settleMessage(end: Parameters<ChatLedger['settleMessage']>[0]): Promise<StoredMessage | undefined> {
    return this.#outbox.settle(end);
  }

  async pruneMessages(bounds: Parameters<ChatLedger['pruneMessages']>[0]): Promise<number> {
    return this.#outbox.prune(bounds);
  }

  async waitingChats(bot: string): Promise<readonly number[]> {
    const waiting = this.#outbox.select(({ state, to }) => state === 'waiting' && to.bot === bot);
    return [...new Set(waiting.map(({ to }) => to.chat))];
  }

  async isWaiting(to: ChatAddress): Promise<boolean> {
    return this.#outbox.select((row) => row.state === 'waiting' && isFor(row, to)).length > 0;
  }

  async sendingMessages(bot: string): Promise<readonly StoredMessage[]> {
    return this.#outbox.select(({ state, to }) => state === 'sending' && to.bot === bot);
  }

  async message(key: string): Promise<StoredMessage | undefined> {
    return this.#outbox.get(key);
  }

  async messageAt(to: ChatAddress, messageId: number): Promise<StoredMessage | undefined> {
    return this.#outbox.select((row) => row.messageId === messageId && isFor(row, to)).at(-1);
  }

  async messagesOf(run: RunId): Promise<readonly StoredMessage[]> {
    return this.#outbox.select((row) => row.run === run);
  }

  async outboxCounts(): ReturnType<ChatLedger['outboxCounts']> {
    return {
      waiting: this.#outbox.count('waiting') + this.#outbox.count('sending'),
      failed: this.#outbox.count('failed'),
      unknown: this.#outbox.count('unknown'),
    };
  }

  async remember(name: string, value: string | undefined): Promise<void> {
    if (value === undefined) this.#memories.delete(name);
    else this.#memories.set(name, value);
  }

  async remembered(name: string): Promise<string | undefined> {
    return this.#memories.get(name);
  }

  async memories(prefix: string): Promise<ReadonlyMap<string, string>> {
    return new Map([...this.#memories].filter(([name]) => name.startsWith(prefix)).sort(byName));
  }

  #lastUpdate(account: string, now: number): number | undefined {
    const last = this.#updates.get(account);
    return last !== undefined && last.at > staleUntil(now) ? last.update : undefined;
  }
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
