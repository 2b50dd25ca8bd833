/**
 * Decides what one chat gets next, and when: its messages in their order, one at a time; glimpses of runs at work only
 * when nothing else waits. What holds a chat back (its pace, Telegram's 429, an attempt to be repeated) holds no other.
 */
import type { Pace } from '../chat/pace.ts';
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { ChatAddress, SendOutcome, StoredMessage } from '../core/message.ts';
import { attempt, attemptLive } from './attempt.ts';
import type { Answered } from './failure.ts';
import type { Connection, Line } from './line.ts';
import type { LiveEdits } from './live-edits.ts';
import { Nap } from './nap.ts';
import type { Verdict } from './outcome.ts';
import { verdictOn } from './outcome.ts';
import { untilStored } from './stored.ts';

/** What lanes share. */
export interface LaneDeps {
  readonly bot: string;
  readonly ledger: ChatLedger;
  readonly clock: Clock;
  readonly log: Log;
  readonly line: Line;
  readonly pace: Pace;
  readonly edits: LiveEdits;
  /** While true nothing is begun: lanes end, and are made anew. */
  readonly isResting: () => boolean;
  /** The token of `connection` is refused. */
  readonly onTokenRefused: (connection: Connection) => void;
  readonly onSettled: (row: StoredMessage, outcome: SendOutcome) => void;
}

/** What goes to one chat, from its making until nothing waits there. */
export class Lane {
  readonly #chat: number;
  readonly #deps: LaneDeps;
  readonly #nap: Nap;
  readonly #cut = new AbortController();
  #isToLookAgain = false;

  constructor(chat: number, deps: LaneDeps) {
    this.#chat = chat;
    this.#deps = deps;
    this.#nap = new Nap(deps.clock);
  }

  /** Delivers until nothing waits, then calls `onEnd` in the same turn in which it saw that. */
  async run(onEnd: () => void): Promise<void> {
    do {
      while (await this.#step());
    } while (this.#isWoken());
    onEnd();
  }

  /** Something may wait that did not before. */
  wake(): void {
    this.#isToLookAgain = true;
    this.#nap.cut();
  }

  /** Ends after the attempt under way. */
  stop(): void {
    this.#nap.end();
  }

  /** Breaks off the attempt under way, whose fate is unknown then. */
  cut(): void {
    this.#cut.abort();
  }

  /** One thing done or waited for; false: there is nothing left to do. */
  async #step(): Promise<boolean> {
    if (!this.#mayGoOn()) return false;
    const isWaiting = await this.#stored('cannot see whether messages wait', (ledger) =>
      ledger.isWaiting(this.#address),
    );
    if (isWaiting === undefined || !this.#mayGoOn()) return false;
    return isWaiting.value ? this.#deliverNext() : this.#editNext();
  }

  async #deliverNext(): Promise<boolean> {
    const { pace } = this.#deps;
    const waitMs = pace.waitMs(this.#chat, this.#now());
    if (waitMs > 0) return this.#wait(waitMs);
    pace.spend(this.#chat, this.#now());
    const row = await this.#stored('cannot take a message to be sent', (ledger) =>
      ledger.take(this.#address),
    );
    if (row?.value === undefined) return false;
    await this.#deliver(row.value);
    return true;
  }

  async #deliver(row: StoredMessage): Promise<void> {
    const { line, edits, clock, pace, onSettled } = this.#deps;
    edits.drop(row.key);
    const connection = line.current;
    pace.leave(this.#chat, this.#now());
    const answered = await attempt(row, connection.client, this.#cut.signal);
    const { outcome, ...verdict } = verdictOf(answered, row);
    this.#heed(verdict, connection);
    const end = { seq: row.seq, version: row.version, outcome };
    const settled = await this.#stored('cannot record what became of a message', (ledger) =>
      ledger.settleMessage({ ...end, at: clock.now() }),
    );
    if (settled !== undefined) onSettled(settled.value ?? row, outcome);
  }

  async #editNext(): Promise<boolean> {
    const { edits, pace, ledger, line } = this.#deps;
    const next = edits.next(this.#chat, this.#now());
    if (next === undefined) return false;
    const waitMs = Math.max(next.waitMs, pace.spareWaitMs(this.#chat, this.#now()));
    if (waitMs > 0) return this.#wait(waitMs);
    const row = await ledger.message(next.key).catch(nothing);
    const content = edits.take(next.key, this.#now());
    if (content === undefined || !this.#mayGoOn()) return true;
    const connection = line.current;
    const attempted = attemptLive(row, content, { client: connection.client, signal: this.#cut.signal });
    if (row === undefined || attempted === undefined) return true;
    pace.spend(this.#chat, this.#now());
    const answered = await attempted;
    if (answered.ok) return true;
    const { holdMs, isTokenRefused } = verdictOn(answered.failure, row);
    // Any other failure concerns this glimpse only.
    const isHeld = answered.failure.kind === 'too_many';
    this.#heed({ holdMs: isHeld ? holdMs : 0, isTokenRefused }, connection);
    return true;
  }

  #heed({ holdMs, isTokenRefused }: Omit<Verdict, 'outcome'>, connection: Connection): void {
    if (holdMs > 0) this.#deps.pace.hold(this.#chat, holdMs, this.#now());
    if (isTokenRefused) this.#deps.onTokenRefused(connection);
  }

  async #wait(ms: number): Promise<boolean> {
    await this.#nap.for(ms);
    return true;
  }

  #stored<T>(
    problem: string,
    work: (ledger: ChatLedger) => Promise<T>,
  ): Promise<{ readonly value: T } | undefined> {
    const { ledger, log } = this.#deps;
    return untilStored(() => work(ledger), { nap: this.#nap, log, problem });
  }

  #isWoken(): boolean {
    const isWoken = this.#isToLookAgain;
    this.#isToLookAgain = false;
    return isWoken && this.#mayGoOn();
  }

  get #address(): ChatAddress {
    return { bot: this.#deps.bot, chat: this.#chat };
  }

  #mayGoOn(): boolean {
    return !this.#nap.isOver && !this.#deps.isResting();
  }

  #now(): number {
    return this.#deps.clock.monotonic();
  }
}

function verdictOf(answered: Answered<number>, row: StoredMessage): Verdict {
  if (!answered.ok) return verdictOn(answered.failure, row);
  return { outcome: { kind: 'sent', messageId: answered.value }, holdMs: 0, isTokenRefused: false };
}

/** A glimpse is not worth waiting for a store that is away. */
function nothing(): undefined {
  return undefined;
}
