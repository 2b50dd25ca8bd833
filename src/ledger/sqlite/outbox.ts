/** Decides how messages enter the outbox in SQLite, how they are taken to be sent, and what is kept of the end. */
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { ChatAddress, OutgoingMessage, StoredMessage } from '../../core/message.ts';
import { ended, isKept, posted, replaced, taken } from '../outbox-rules.ts';
import type { Database, Statement } from './database.ts';
import type { OutboxRow } from './outbox-row.ts';
import { CHANGING_COLUMNS, OUTBOX_COLUMNS, changingValues, toMessage } from './outbox-row.ts';

/** Changes of the outbox. Its operations belong inside a transaction. */
export class Outbox {
  readonly #byKey: Statement<OutboxRow>;
  readonly #bySeq: Statement<OutboxRow>;
  readonly #first: Statement<OutboxRow>;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #prune: Statement;

  constructor(database: Database) {
    this.#byKey = database.statement(`SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE key = ?`);
    this.#bySeq = database.statement(`SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE seq = ?`);
    this.#first = database.statement(
      `SELECT ${OUTBOX_COLUMNS} FROM outbox INDEXED BY outbox_waiting
       WHERE state = 'waiting' AND bot = ? AND chat = ? ORDER BY seq LIMIT 1`,
    );
    this.#insert = database.statement(
      `INSERT INTO outbox (key, bot, chat, thread, created_at, ${CHANGING_COLUMNS.join(', ')})
       VALUES (?, ?, ?, ?, ?, ${CHANGING_COLUMNS.map(() => '?').join(', ')})`,
    );
    this.#update = database.statement(
      `UPDATE outbox SET ${CHANGING_COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE seq = ?`,
    );
    this.#prune = database.statement(
      `DELETE FROM outbox WHERE seq IN (
         SELECT seq FROM outbox INDEXED BY outbox_created WHERE created_at < ? AND state <> 'sending'
         ORDER BY created_at, seq LIMIT ?)`,
    );
  }

  /** See `ChatLedger.post`. */
  post(messages: readonly OutgoingMessage[], at: number): void {
    for (const message of messages.filter(isKept)) {
      const row = this.#byKey.get(message.key);
      if (row === undefined) this.#add(posted(message, at));
      else this.#put(replaced(toMessage(row), message));
    }
  }

  /** See `ChatLedger.take`. */
  take({ bot, chat }: ChatAddress): StoredMessage | undefined {
    const row = this.#first.get(bot, chat);
    return row && this.#put(taken(toMessage(row)));
  }

  /** See `ChatLedger.settleMessage`. */
  settle({ seq, ...end }: Parameters<ChatLedger['settleMessage']>[0]): StoredMessage | undefined {
    const row = this.#bySeq.get(seq);
    const message = row && ended(toMessage(row), end);
    return message && this.#put(message);
  }

  /** See `ChatLedger.pruneMessages`. One that is being sent stays: the end of that attempt is still to come. */
  prune({ before, limit }: Parameters<ChatLedger['pruneMessages']>[0]): number {
    return this.#prune.run(before, limit).changes;
  }

  #add(message: Omit<StoredMessage, 'seq'>): void {
    const { bot, chat, thread } = message.to;
    this.#insert.run(message.key, bot, chat, thread ?? null, message.createdAt, ...changingValues(message));
  }

  #put(message: StoredMessage): StoredMessage {
    this.#update.run(...changingValues(message), message.seq);
    return message;
  }
}
