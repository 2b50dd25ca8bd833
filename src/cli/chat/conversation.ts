/**
 * Decides what belongs to a conversation in the terminal's chat, and when it is over: when every run that was started
 * by what was said has said its last.
 *
 * The terminal's chat is one for all who may open the control socket, so that what is heard may be about runs of others.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { runKey } from '../../chat/keys.ts';
import { pause } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import type { ServiceStatus, TerminalMessage } from '../../core/views.ts';
import { AppError } from '../../core/errors.ts';
import type { RunId } from '../../core/ids.ts';
import { chatKey, TERMINAL_BOT } from '../../core/message.ts';
import type { Run } from '../../core/run.ts';
import { isTerminal } from '../../core/run.ts';
import type { RemoteControl } from '../client.ts';

/** Whose messages are shown: everybody's, or those of runs that were started here. */
export type Hearing = 'all' | 'own';

/** What a conversation needs. */
export interface ConversationDeps {
  readonly control: Pick<RemoteControl, 'say' | 'hear' | 'status' | 'runs'>;
  readonly clock: Clock;
  readonly hearing: Hearing;
  readonly show: (message: TerminalMessage) => void;
  /** Told of a run that ended without a last word, such as one that was cancelled before its turn. */
  readonly onSilent: (run: Run) => void;
}

/** How often runs whose last word is awaited are looked after: their chat may be muted. */
const LOOK_AFTER_MS = 2_000;
const MOST_LOOKED_AT = 1_000;

const TERMINAL = { bot: TERMINAL_BOT, chat: 0 };

/** One conversation; close it at its end. */
export class Conversation {
  readonly #deps: ConversationDeps;
  readonly #ear = new AbortController();
  readonly #gone = Promise.withResolvers<never>();
  /** Runs that were started here. */
  readonly #own = new Set<RunId>();
  /** Messages that stand for runs under way, with their runs. */
  readonly #awaited = new Map<string, RunId>();
  /** Runs that were over when they were looked at and whose last word may still be on its way. */
  readonly #overdue = new Set<RunId>();
  /** What is heard while something is being said: an answer comes before what follows it. */
  readonly #held: TerminalMessage[] = [];
  #isSaying = false;
  #lastWord = Promise.withResolvers<void>();

  /** Nothing is heard yet: `begin` makes one that listens. */
  constructor(deps: ConversationDeps) {
    this.#deps = deps;
    // Whoever waits for nothing when the service goes away learns of it by the next thing said.
    this.#gone.promise.catch(() => {});
  }

  /** Begins to listen; the service answers for itself. `not_running`, `denied`. */
  static async begin(
    deps: ConversationDeps,
  ): Promise<{ readonly conversation: Conversation; readonly status: ServiceStatus }> {
    const conversation = new Conversation(deps);
    void conversation.#listen();
    // Its answer comes after it has begun to tell: what was asked first is taken first.
    return { conversation, status: await deps.control.status() };
  }

  /** Rejects with `not_running` when the service stops. */
  get gone(): Promise<never> {
    return this.#gone.promise;
  }

  /** Runs whose last word has not come. */
  get underWay(): number {
    return this.#awaited.size;
  }

  /** Says one thing and shows what is said in return. Rejects as the port does, with `not_running` for a service that went away. */
  async say(text: string): Promise<void> {
    const { control, show } = this.#deps;
    this.#isSaying = true;
    try {
      for (const answer of await control.say({ text, request: randomUUID() })) {
        await this.#expect(answer);
        show(answer);
      }
    } catch (error) {
      throw await this.#explained(error);
    } finally {
      this.#isSaying = false;
      for (const message of this.#held.splice(0)) this.#take(message);
    }
  }

  /** Resolves when all runs that were started here have said their last; rejects with `not_running` when the service stops. */
  async over(): Promise<void> {
    while (this.#awaited.size > 0) {
      await this.#nextWord();
      if (this.#awaited.size > 0) await this.#lookAfter();
    }
    // A long answer has several parts, which were sent together: what was sent before this answer is here by then.
    await this.#deps.control.status();
    await nextTurn();
  }

  close(): void {
    this.#ear.abort();
  }

  async #listen(): Promise<void> {
    const { signal } = this.#ear;
    try {
      for await (const message of this.#deps.control.hear(signal)) {
        if (this.#isSaying) this.#held.push(message);
        else this.#take(message);
      }
      if (!signal.aborted) this.#gone.reject(stopped());
    } catch (error) {
      this.#gone.reject(isBrokenOff(error) ? stopped(error) : error);
    }
  }

  async #expect({ kind, run }: TerminalMessage): Promise<void> {
    if (run === null || !(kind === 'working' || (await this.#isToRun(run)))) return;
    this.#own.add(run);
    this.#awaited.set(runKey(run, TERMINAL, 0), run);
  }

  /** Not one that is still to come: nobody waits for that. */
  async #isToRun(id: RunId): Promise<boolean> {
    const run = (await this.#runs()).find((one) => one.id === id);
    return run !== undefined && run.state !== 'scheduled';
  }

  #runs(): Promise<readonly Run[]> {
    return this.#deps.control.runs({ chat: chatKey(TERMINAL), limit: MOST_LOOKED_AT });
  }

  #take(message: TerminalMessage): void {
    const { key, kind, run } = message;
    if (this.#deps.hearing === 'all' || (run !== null && this.#own.has(run))) this.#deps.show(message);
    if (kind === 'final') this.#noLonger(key);
  }

  #noLonger(key: string): void {
    this.#awaited.delete(key);
    if (this.#awaited.size > 0) return;
    this.#lastWord.resolve();
    this.#lastWord = Promise.withResolvers();
  }

  async #nextWord(): Promise<void> {
    const enough = new AbortController();
    const waited = pause(this.#deps.clock, LOOK_AFTER_MS, enough.signal);
    try {
      await Promise.race([this.#lastWord.promise, waited, this.gone]);
    } finally {
      enough.abort();
    }
  }

  /** A run that was over last time already has nothing on its way any more. */
  async #lookAfter(): Promise<void> {
    const runs = await this.#runs();
    for (const [key, id] of this.#awaited) {
      const run = runs.find((one) => one.id === id);
      if (run === undefined || !isTerminal(run.state)) continue;
      if (this.#overdue.has(id)) {
        this.#deps.onSilent(run);
        this.#noLonger(key);
      }
      this.#overdue.add(id);
    }
  }

  /** The store may be away, or the whole service. */
  async #explained(error: unknown): Promise<unknown> {
    if (!isBrokenOff(error)) return error;
    return this.#deps.control.status().then(
      () => error,
      () => stopped(error),
    );
  }
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable';
}

function stopped(cause?: unknown): AppError {
  const message = 'the service has stopped; what it was doing is in `untether runs` when it is back';
  return new AppError('not_running', message, { cause });
}
