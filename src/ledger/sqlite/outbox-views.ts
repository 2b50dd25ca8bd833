/** Decides how messages of the outbox are found: by key, receipt, run and state, each by an index and never by a scan. */
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { RunId } from '../../core/ids.ts';
import type { ChatAddress, StoredMessage } from '../../core/message.ts';
import type { Database, Statement } from './database.ts';
import type { OutboxRow } from './outbox-row.ts';
import { OUTBOX_COLUMNS, toMessage } from './outbox-row.ts';

type Counts = Awaited<ReturnType<ChatLedger['outboxCounts']>>;

/** Reading of the outbox. */
export class OutboxViews {
  readonly #byKey: Statement<OutboxRow>;
  readonly #byReceipt: Statement<OutboxRow>;
  readonly #ofRun: Statement<OutboxRow>;
  readonly #sending: Statement<OutboxRow>;
  readonly #waitingChats: Statement<{ chat: number }>;
  readonly #isWaiting: Statement<{ seq: number }>;
  readonly #counts: Statement<Counts>;

  constructor(database: Database) {
    const select = (where: string): Statement<OutboxRow> =>
      database.statement(`SELECT ${OUTBOX_COLUMNS} FROM outbox ${where}`);
    this.#byKey = select('WHERE key = ?');
    this.#byReceipt = select(
      'INDEXED BY outbox_receipt WHERE bot = ? AND chat = ? AND message_id = ? ORDER BY seq DESC LIMIT 1',
    );
    this.#ofRun = select('INDEXED BY outbox_run WHERE run = ? ORDER BY seq');
    this.#sending = select(`INDEXED BY outbox_sending WHERE state = 'sending' AND bot = ? ORDER BY seq`);
    this.#waitingChats = database.statement(
      `SELECT chat FROM outbox INDEXED BY outbox_waiting WHERE state = 'waiting' AND bot = ?
       GROUP BY chat ORDER BY min(seq)`,
    );
    this.#isWaiting = database.statement(
      `SELECT seq FROM outbox INDEXED BY outbox_waiting WHERE state = 'waiting' AND bot = ? AND chat = ? LIMIT 1`,
    );
    this.#counts = database.statement(
      `SELECT
         (SELECT count(*) FROM outbox INDEXED BY outbox_waiting WHERE state = 'waiting')
           + (SELECT count(*) FROM outbox INDEXED BY outbox_sending WHERE state = 'sending') AS waiting,
         ${troubled('failed')} AS failed,
         ${troubled('unknown')} AS unknown`,
    );
  }

  message(key: string): StoredMessage | undefined {
    return found(this.#byKey.get(key));
  }

  messageAt({ bot, chat }: ChatAddress, messageId: number): StoredMessage | undefined {
    return found(this.#byReceipt.get(bot, chat, messageId));
  }

  messagesOf(run: RunId): readonly StoredMessage[] {
    return this.#ofRun.all(run).map(toMessage);
  }

  sending(bot: string): readonly StoredMessage[] {
    return this.#sending.all(bot).map(toMessage);
  }

  /** The chat whose first message is the oldest comes first. */
  waitingChats(bot: string): readonly number[] {
    return this.#waitingChats.all(bot).map(({ chat }) => chat);
  }

  isWaiting({ bot, chat }: ChatAddress): boolean {
    return this.#isWaiting.get(bot, chat) !== undefined;
  }

  counts(): Counts {
    return { waiting: 0, failed: 0, unknown: 0, ...this.#counts.get() };
  }
}

/** How many rows are in this state; the index asks for its own condition, word for word. */
function troubled(state: 'failed' | 'unknown'): string {
  return `(SELECT count(*) FROM outbox INDEXED BY outbox_trouble
    WHERE state IN ('failed', 'unknown') AND state = '${state}')`;
}

function found(row: OutboxRow | undefined): StoredMessage | undefined {
  return row && toMessage(row);
}
