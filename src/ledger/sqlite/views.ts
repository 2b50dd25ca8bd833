/** Decides how runs are read: one run, a page, an occurrence, each by an index and never by a scan. */
import type { RunSpec } from '../../core/action.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { RunFilter } from '../../core/run-ledger.ts';
import type { Payload, Run, RunState } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import type { Database, SqlValue, Statement } from './database.ts';
import type { AttemptRow, PayloadRow, RunRow } from './run-row.ts';
import { RUN_COLUMNS, toPayload, toRun } from './run-row.ts';
import type { SpecTable } from './specs.ts';

/** Which index serves a page, and what the WHERE clause must repeat of the index's own so that it may. */
interface Access {
  readonly index: string;
  readonly where: readonly string[];
}

/** Reading of the table of runs. */
export class RunViews {
  readonly #database: Database;
  readonly #specs: SpecTable;
  readonly #one: Statement<RunRow>;
  readonly #attempts: Statement<AttemptRow>;
  readonly #payload: Statement<PayloadRow>;
  readonly #position: Statement<{ seq: number }>;
  readonly #moment: Statement<RunRow>;
  readonly #other: Statement<RunRow>;
  readonly #after: Statement<RunRow>;

  constructor(database: Database, specs: SpecTable) {
    this.#database = database;
    this.#specs = specs;
    this.#one = database.statement(`SELECT ${RUN_COLUMNS} FROM runs WHERE id = ?`);
    this.#attempts = database.statement('SELECT * FROM attempts WHERE run = ? ORDER BY number');
    this.#payload = database.statement(
      'SELECT content_type, headers, body FROM payloads WHERE run = (SELECT seq FROM runs WHERE id = ?)',
    );
    // The row after the newest one with a lower or equal id: ids sort by time, so a page goes on where it was even
    // when the run it ended with has been deleted.
    this.#position = database.statement(
      'SELECT seq + (id <> ?1) AS seq FROM runs WHERE id <= ?1 ORDER BY id DESC LIMIT 1',
    );
    this.#moment = database.statement(lastDue('runs_cron', `source = 'cron'`));
    this.#other = database.statement(lastDue('runs_due', `source <> 'cron'`));
    this.#after = database.statement(
      `SELECT ${RUN_COLUMNS} FROM runs INDEXED BY runs_cron
       WHERE trigger = ? AND due_at > ? AND source = 'cron' ORDER BY due_at LIMIT 1`,
    );
  }

  get(run: RunId): Run | undefined {
    const row = this.#one.get(run);
    return row && this.withAttempts(row);
  }

  list(filter: RunFilter): readonly Run[] {
    const { index, where } = accessOf(filter);
    const terms = ['seq < ?', ...where];
    const values: SqlValue[] = [this.#seqBefore(filter.before)];
    if (filter.trigger !== undefined) {
      terms.push('trigger = ?');
      values.push(filter.trigger);
    }
    if (filter.chat !== undefined) {
      terms.push('chat = ?');
      values.push(filter.chat);
    }
    if (filter.state !== undefined) terms.push(`state = '${filter.state}'`);
    const page = this.#database.statement<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM runs ${index} WHERE ${terms.join(' AND ')} ORDER BY seq DESC LIMIT ?`,
    );
    return page.all(...values, filter.limit).map((row) => this.withAttempts(row));
  }

  occurrence(trigger: TriggerId, dueAt: number): Run | undefined {
    const candidates = [this.#moment.get(trigger, dueAt), this.#other.get(trigger, dueAt)];
    const last = candidates
      .filter((row) => row !== undefined)
      .reduce<RunRow | undefined>(
        (best, row) => (best === undefined || isLater(row, best) ? row : best),
        undefined,
      );
    return last && this.withAttempts(last);
  }

  momentAfter(trigger: TriggerId, dueAt: number): Run | undefined {
    const row = this.#after.get(trigger, dueAt);
    return row && this.withAttempts(row);
  }

  payload(run: RunId): Payload | undefined {
    const row = this.#payload.get(run);
    return row && toPayload(row);
  }

  spec(run: RunId): RunSpec | undefined {
    const row = this.#one.get(run);
    return row && this.#specs.read(row.spec);
  }

  /** The run of a row of the table. */
  withAttempts(row: RunRow): Run {
    return toRun(row, row.attempt === 0 ? [] : this.#attempts.all(row.seq));
  }

  #seqBefore(run: RunId | undefined): number {
    if (run === undefined) return Number.MAX_SAFE_INTEGER;
    return this.#position.get(run)?.seq ?? 0;
  }
}

function accessOf({ trigger, state, chat, dead = false }: RunFilter): Access {
  if (dead) return deadAccessOf(chat, trigger);
  if (chat !== undefined) return chatAccessOf(state);
  if (state === 'scheduled' && trigger !== undefined) return byTriggerToCome;
  if (state !== undefined && !isTerminal(state)) return { index: `INDEXED BY runs_${state}`, where: [] };
  if (trigger === undefined) return state === undefined ? { index: '', where: [] } : byOutcome;
  return state === undefined || state === 'succeeded' ? byTrigger : byTrouble;
}

function chatAccessOf(state: RunState | undefined): Access {
  if (state === undefined || state === 'succeeded') return byChat;
  return isTerminal(state) ? byTroubleOfChat : byLifeInChat;
}

function deadAccessOf(chat: string | undefined, trigger: TriggerId | undefined): Access {
  const index = chat !== undefined ? 'runs_dead_chat' : trigger !== undefined ? 'runs_dead_of' : 'runs_dead';
  return { index: `INDEXED BY ${index}`, where: [`state = 'failed'`, 'repeated IS NULL'] };
}

const byChat: Access = { index: 'INDEXED BY runs_chat', where: [] };
const byLifeInChat: Access = { index: 'INDEXED BY runs_chat_live', where: ['ended_at IS NULL'] };
const byTroubleOfChat: Access = {
  index: 'INDEXED BY runs_chat_trouble',
  where: ['ended_at IS NOT NULL', `state <> 'succeeded'`],
};
const byTrigger: Access = { index: 'INDEXED BY runs_trigger', where: [] };
const byTriggerToCome: Access = { index: 'INDEXED BY runs_scheduled_of', where: [] };
const byOutcome: Access = { index: 'INDEXED BY runs_outcome', where: ['ended_at IS NOT NULL'] };
const byTrouble: Access = {
  index: 'INDEXED BY runs_trouble',
  where: ['ended_at IS NOT NULL', `state <> 'succeeded'`],
};

function lastDue(index: string, source: string): string {
  return `SELECT ${RUN_COLUMNS} FROM runs INDEXED BY ${index} WHERE trigger = ? AND due_at <= ? AND ${source}
    ORDER BY due_at DESC, seq DESC LIMIT 1`;
}

function isLater(a: RunRow, b: RunRow): boolean {
  return a.due_at === b.due_at ? a.seq > b.seq : a.due_at > b.due_at;
}
