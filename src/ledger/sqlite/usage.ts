/** Decides how attempts of agents are kept and summed in SQLite: a row for each, also when its run is gone. */
import type { AgentUsage } from '../../core/agent.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { AgentAttempt, UsageLedger, UsageTotals } from '../../core/usage-ledger.ts';
import { isTriggered } from '../agent-attempt.ts';
import type { Database, Statement } from './database.ts';
import type { GroupCommit } from './group-commit.ts';

interface AttemptRow {
  readonly run: RunId;
  readonly attempt: number;
  readonly trigger: TriggerId;
  readonly lane: TriggerId;
  readonly engine: string;
  readonly model: string | null;
  readonly session: string | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: number | null;
  readonly started_at: number;
  readonly ended_at: number;
}

const COLUMNS =
  'run, attempt, trigger, lane, engine, model, session, input_tokens, output_tokens, cost_usd, started_at, ended_at';

const CONSUMED =
  'sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(cost_usd) AS costUsd';

const TOTALS = `engine, count(DISTINCT run) AS runs, count(DISTINCT iif(triggered, run, NULL)) AS triggered,
  sum(ended_at - started_at) AS durationMs, ${CONSUMED}, max(ended_at) AS lastAt`;

/** Without a row, a sum is none. */
interface ConsumedRow {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
}

/** What agents consumed, in SQLite. */
export class SqliteUsage implements UsageLedger {
  readonly #database: Database;
  readonly #commits: GroupCommit;
  readonly #record: Statement;
  readonly #all: Statement<UsageTotals>;
  readonly #ofLane: Statement<UsageTotals>;
  readonly #runs: Statement<{ readonly runs: number }>;
  readonly #session: Statement<AttemptRow>;
  readonly #lastSession: Statement<AttemptRow>;
  readonly #sessionUsage: Statement<ConsumedRow>;

  constructor(database: Database, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    this.#record = database.statement(
      `INSERT INTO agent_attempts (${COLUMNS}, triggered)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (run, attempt) DO UPDATE SET
         model = coalesce(excluded.model, model),
         session = coalesce(excluded.session, session),
         input_tokens = max(excluded.input_tokens, input_tokens),
         output_tokens = max(excluded.output_tokens, output_tokens),
         cost_usd = coalesce(excluded.cost_usd, cost_usd),
         ended_at = excluded.ended_at`,
    );
    this.#all = database.statement(totals('agent_attempts_ended', 'ended_at >= ?'));
    this.#ofLane = database.statement(totals('agent_attempts_lane', 'lane = ? AND ended_at >= ?'));
    this.#runs = database.statement(
      `SELECT count(DISTINCT run) AS runs FROM agent_attempts INDEXED BY agent_attempts_lane
       WHERE lane = ? AND ended_at >= ? AND NOT EXISTS (
         SELECT 1 FROM runs INDEXED BY runs_id WHERE runs.id = run AND state IN ('scheduled', 'queued', 'running'))`,
    );
    this.#session = database.statement(
      `SELECT ${COLUMNS} FROM agent_attempts INDEXED BY agent_attempts_key
       WHERE run = ? AND session IS NOT NULL ORDER BY attempt DESC LIMIT 1`,
    );
    this.#lastSession = database.statement(
      `SELECT ${COLUMNS} FROM agent_attempts INDEXED BY agent_attempts_session
       WHERE lane = ? AND engine = ? AND session IS NOT NULL ORDER BY seq DESC LIMIT 1`,
    );
    this.#sessionUsage = database.statement(
      `SELECT ${CONSUMED} FROM agent_attempts INDEXED BY agent_attempts_told WHERE session = ? AND engine = ?`,
    );
  }

  heard(attempt: AgentAttempt): Promise<void> {
    return this.#commits.write(() => {
      this.record(attempt);
    });
  }

  async usage({ since, lane }: Parameters<UsageLedger['usage']>[0]): Promise<readonly UsageTotals[]> {
    return this.#database
      .read(() => (lane === undefined ? this.#all.all(since) : this.#ofLane.all(lane, since)))
      .map((row) => ({ ...row }));
  }

  async runsOf({ since, lane }: Parameters<UsageLedger['runsOf']>[0]): Promise<number> {
    return this.#database.read(() => this.#runs.get(lane, since))?.runs ?? 0;
  }

  async sessionOf(run: RunId): Promise<AgentAttempt | undefined> {
    return toAttempt(this.#database.read(() => this.#session.get(run)));
  }

  async lastSession({
    lane,
    engine,
  }: Parameters<UsageLedger['lastSession']>[0]): Promise<AgentAttempt | undefined> {
    return toAttempt(this.#database.read(() => this.#lastSession.get(lane, engine)));
  }

  async sessionUsage({ engine, session }: Parameters<UsageLedger['sessionUsage']>[0]): Promise<AgentUsage> {
    const row = this.#database.read(() => this.#sessionUsage.get(session, engine));
    const { inputTokens, outputTokens, costUsd = null } = row ?? {};
    return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, costUsd };
  }

  /** Inside a transaction: keeps what one attempt came to; what it told before and does not tell now stays. */
  record({ run, attempt, trigger, lane, engine, model, session, usage, ...at }: AgentAttempt): void {
    const { inputTokens, outputTokens, costUsd } = usage;
    const key = [run, attempt, trigger, lane, engine, model, session] as const;
    const numbers = [inputTokens, outputTokens, costUsd, at.startedAt, at.endedAt] as const;
    this.#record.run(...key, ...numbers, Number(isTriggered(trigger)));
  }
}

function totals(index: string, where: string): string {
  return `SELECT ${TOTALS} FROM agent_attempts INDEXED BY ${index} WHERE ${where}
    GROUP BY engine ORDER BY runs DESC, engine`;
}

function toAttempt(row: AttemptRow | undefined): AgentAttempt | undefined {
  if (row === undefined) return undefined;
  const { input_tokens, output_tokens, cost_usd, started_at, ended_at, ...attempt } = row;
  return {
    ...attempt,
    usage: { inputTokens: input_tokens, outputTokens: output_tokens, costUsd: cost_usd },
    startedAt: started_at,
    endedAt: ended_at,
  };
}
