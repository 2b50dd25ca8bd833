/** Decides how the port of chats is served from SQLite: writes join the group commit, reads are made at once. */
import type { ChatLedger, Receipt } from '../../core/chat-ledger.ts';
import type { RunId } from '../../core/ids.ts';
import type { ChatAddress, OutgoingMessage, StoredMessage } from '../../core/message.ts';
import type { Database } from './database.ts';
import type { GroupCommit } from './group-commit.ts';
import { Memories } from './memories.ts';
import type { Outbox } from './outbox.ts';
import { OutboxViews } from './outbox-views.ts';
import { Updates } from './updates.ts';

/** Updates, messages and memories in SQLite. */
export class SqliteChat implements ChatLedger {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #outbox: Outbox;
  readonly #views: OutboxViews;
  readonly #updates: Updates;
  readonly #memories: Memories;

  constructor(database: Database, commits: GroupCommit, outbox: Outbox) {
    this.#database = database;
    this.#commits = commits;
    this.#outbox = outbox;
    this.#views = new OutboxViews(database);
    this.#updates = new Updates(database);
    this.#memories = new Memories(database);
  }

  async lastUpdate(account: string, now: number): Promise<number | undefined> {
    return this.#database.read(() => this.#updates.last(account, now));
  }

  received({ account, update, answers, at }: Receipt): Promise<boolean> {
    return this.#commits.write(() => {
      const isNew = this.#updates.advance(account, update, at);
      if (isNew) this.#outbox.post(answers, at);
      return isNew;
    });
  }

  post(messages: readonly OutgoingMessage[], at: number): Promise<void> {
    return this.#commits.write(() => {
      this.#outbox.post(messages, at);
    });
  }

  take(to: ChatAddress): Promise<StoredMessage | undefined> {
    return this.#commits.write(() => this.#outbox.take(to));
  }

  settleMessage(end: Parameters<ChatLedger['settleMessage']>[0]): Promise<StoredMessage | undefined> {
    return this.#commits.write(() => this.#outbox.settle(end));
  }

  pruneMessages(bounds: Parameters<ChatLedger['pruneMessages']>[0]): Promise<number> {
    return this.#commits.write(() => this.#outbox.prune(bounds));
  }

  async waitingChats(bot: string): Promise<readonly number[]> {
    return this.#database.read(() => this.#views.waitingChats(bot));
  }

  async isWaiting(to: ChatAddress): Promise<boolean> {
    return this.#database.read(() => this.#views.isWaiting(to));
  }

  async sendingMessages(bot: string): Promise<readonly StoredMessage[]> {
    return this.#database.read(() => this.#views.sending(bot));
  }

  async message(key: string): Promise<StoredMessage | undefined> {
    return this.#database.read(() => this.#views.message(key));
  }

  async messageAt(to: ChatAddress, messageId: number): Promise<StoredMessage | undefined> {
    return this.#database.read(() => this.#views.messageAt(to, messageId));
  }

  async messagesOf(run: RunId): Promise<readonly StoredMessage[]> {
    return this.#database.read(() => this.#views.messagesOf(run));
  }

  async outboxCounts(): ReturnType<ChatLedger['outboxCounts']> {
    return this.#database.read(() => this.#views.counts());
  }

  remember(name: string, value: string | undefined): Promise<void> {
    return this.#commits.write(() => {
      this.#memories.set(name, value);
    });
  }

  async remembered(name: string): Promise<string | undefined> {
    return this.#database.read(() => this.#memories.get(name));
  }

  async memories(prefix: string): Promise<ReadonlyMap<string, string>> {
    return this.#database.read(() => this.#memories.within(prefix));
  }
}
