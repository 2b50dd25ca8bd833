/** Decides how senders that wait learn of the end and the output of their runs: by the events, and from the files. */
import type { Clock } from '../core/clock.ts';
import type { AppEvent, Subscribe } from '../core/event.ts';
import type { RunId } from '../core/ids.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import type { Run } from '../core/run.ts';
import { isTerminal } from '../core/run.ts';
import type { EndOfOutput } from '../runs/end-of-output.ts';
import { endOfOutput } from '../runs/end-of-output.ts';
import { followOutput } from '../runs/follow.ts';
import type { Results, RunResult } from '../server/answers/results.ts';
import type { Redactor } from '../telemetry/redact.ts';
import { maskedLines } from '../telemetry/masked-lines.ts';

/** What that needs. */
export interface ResultsDeps {
  readonly runs: Pick<RunLedger, 'get'>;
  readonly subscribe: Subscribe;
  /** Absolute folder of all output. */
  readonly outputRoot: string;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

/** The runs that somebody waits for. */
export class RunResults implements Results, Disposable {
  readonly #deps: ResultsDeps;
  readonly #waiting = new Map<RunId, Set<() => void>>();
  readonly #draining = new AbortController();
  readonly #closed = new AbortController();
  readonly #unsubscribe: () => void;

  constructor(deps: ResultsDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.subscribe((event) => {
      this.#hear(event);
    });
  }

  async ended(run: RunId, signal: AbortSignal): Promise<RunResult | undefined> {
    await this.#end(run, AbortSignal.any([signal, this.#draining.signal]));
    const found = await this.#deps.runs.get(run);
    return found !== undefined && isTerminal(found.state) ? resultOf(found) : undefined;
  }

  output(run: RunId, attempt: number, maxBytes: number): Promise<EndOfOutput> {
    const { outputRoot: root, redactor } = this.#deps;
    return endOfOutput({ root, run, attempt, maxBytes, mask: (text) => redactor.text(text) });
  }

  async *follow(run: RunId, signal: AbortSignal): AsyncGenerator<string> {
    const { outputRoot: root, redactor, clock } = this.#deps;
    const either = AbortSignal.any([signal, this.#closed.signal]);
    let hasEnded = false;
    const over = (): void => void (hasEnded = true);
    void this.#end(run, either).then(over, over);
    const isOver = async (): Promise<boolean> => hasEnded;
    yield* maskedLines(followOutput({ root, run, isOver, clock, signal: either }), redactor);
  }

  /** The service stops: whoever waits for an end is answered now; output goes on while its run does. */
  drain(): void {
    this.#draining.abort();
  }

  /** Nothing runs any more. */
  [Symbol.dispose](): void {
    this.drain();
    this.#closed.abort();
    this.#unsubscribe();
  }

  /** Resolves when the run has ended or the signal is aborted; who asks is heard before the ledger is looked into. */
  async #end(run: RunId, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(run, (this.#waiting.get(run) ?? new Set()).add(resolve));
    const stop = (): void => {
      resolve();
    };
    signal.addEventListener('abort', stop);
    try {
      const found = await this.#deps.runs.get(run);
      if (signal.aborted || (found !== undefined && isTerminal(found.state))) return;
      await promise;
    } finally {
      // The service's own signals outlive every request: what listens to them is kept with them.
      signal.removeEventListener('abort', stop);
      this.#forget(run, resolve);
    }
  }

  #forget(run: RunId, waiter: () => void): void {
    const waiters = this.#waiting.get(run);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiting.delete(run);
  }

  #hear(event: AppEvent): void {
    if (event.kind !== 'run' || !isTerminal(event.state)) return;
    for (const resolve of this.#waiting.get(event.run) ?? []) resolve();
  }
}

function resultOf({ state, reason, attempts }: Run): RunResult {
  const last = attempts.at(-1);
  return { state, reason, exitCode: last?.exitCode ?? null, attempt: last?.number ?? 0 };
}
