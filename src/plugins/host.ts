/**
 * Decides how one generation of a plugin lives: in a thread of its own, from its start to its end.
 *
 * It is started and serves, or is refused within the time to start; each call ends with an answer, at its deadline, or with
 * the worker; retired, it serves what it was called for and is ended then. A worker that dies takes only its calls along.
 */
import { atMost } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { PluginLimits } from '../core/plugin.ts';
import type { Mask } from '../core/secret.ts';
import { Calls } from './calls.ts';
import type { CallResult } from './calls.ts';
import type { Limits } from './limits.ts';
import { inOneLine } from './place.ts';
import type {
  CallTarget,
  FromWorker,
  LogLevel,
  PluginShape,
  StateAnswer,
  StateQuery,
  ToWorker,
  WorkerStart,
} from './protocol.ts';
import type { Thread, ThreadEvents, Threads } from './threads.ts';

/** What a generation is given by the service. */
export interface HostDeps {
  readonly threads: Pick<Threads, 'start'>;
  readonly clock: Clock;
  /** All that the worker sees of the service's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** For all that a plugin says of itself. */
  readonly mask: Mask;
  readonly log: (id: string, level: LogLevel, text: string) => void;
  readonly state: (id: string, query: StateQuery) => Promise<StateAnswer>;
  readonly limits: Pick<PluginLimits, 'memoryMb' | 'startMs'>;
}

/** A generation that serves, or why there is none. */
export type Started =
  { readonly ok: true; readonly generation: Generation } | { readonly ok: false; readonly reason: string };

/** What a plugin may do in its own time once it is told of its end. */
const FAREWELL_MS = 1_000;

/** Starts a generation; never rejects. */
export function startGeneration(start: WorkerStart, deps: HostDeps): Promise<Started> {
  const generation = new Generation(start, deps);
  return generation.begin();
}

/** One generation. */
export class Generation {
  readonly #start: WorkerStart;
  readonly #deps: HostDeps;
  readonly #thread: Thread;
  readonly #calls: Calls;
  readonly #begun = Promise.withResolvers<Started>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #shape: PluginShape = { description: '', commands: [], actions: [], verifiers: [], filters: [] };
  #death: string | undefined;

  constructor(start: WorkerStart, deps: HostDeps) {
    this.#start = start;
    this.#deps = deps;
    const { env, limits } = deps;
    this.#thread = deps.threads.start({ ...start, env, memoryMb: limits.memoryMb }, this.#events());
    this.#calls = new Calls({
      clock: deps.clock,
      send: (message) => {
        this.#send(message);
      },
      stuck: (reason) => void this.end(reason),
    });
  }

  /** Waits until it serves; what does not in time is ended. */
  async begin(): Promise<Started> {
    const {
      clock,
      limits: { startMs },
    } = this.#deps;
    const cancel = clock.after(startMs, () => {
      this.#begun.resolve({ ok: false, reason: `did not start within ${startMs / 1_000} s` });
    });
    const started = await this.#begun.promise;
    cancel();
    if (!started.ok) await this.end(started.reason);
    return started;
  }

  get shape(): PluginShape {
    return this.#shape;
  }

  /** Why it is dead; undefined: it lives. */
  get death(): string | undefined {
    return this.#death;
  }

  get inFlight(): number {
    return this.#calls.count;
  }

  /** How long its thread has been at work so far, ms. */
  workedMs(): Promise<number> {
    return this.#thread.workedMs();
  }

  /** Calls what it can do; never rejects. */
  call(target: CallTarget, argument: unknown, limits: Limits): Promise<CallResult> {
    if (this.#death !== undefined) return Promise.resolve({ kind: 'crashed', reason: this.#death });
    return this.#calls.make(target, argument, limits);
  }

  /** Serves what it was called for, and ends. */
  async retire(): Promise<void> {
    await this.#calls.drained();
    if (this.#death === undefined) {
      this.#send({ kind: 'end' });
      await atMost(this.#deps.clock, FAREWELL_MS, Promise.race([this.#ended.promise, this.#gone.promise]));
    }
    await this.end('it was replaced');
  }

  /** Ends it whatever it does; what it was called for fails with `reason`. */
  async end(reason: string): Promise<void> {
    this.#die(reason);
    await this.#thread.terminate();
  }

  #die(reason: string): void {
    this.#death ??= reason;
    this.#begun.resolve({ ok: false, reason });
    this.#calls.fail(reason);
  }

  #events(): ThreadEvents {
    const log = (level: LogLevel, text: string): void => {
      this.#deps.log(this.#start.id, level, this.#told(text));
    };
    return {
      said: (message) => {
        this.#hear(message);
      },
      printed: (stream, text) => {
        log(stream === 'stdout' ? 'info' : 'warn', text);
      },
      failed: ({ isOutOfMemory, reason }) => {
        const limit = `reached its memory limit of ${this.#deps.limits.memoryMb} MB (max_memory_mb)`;
        const told = isOutOfMemory ? limit : this.#told(reason);
        log('error', told);
        this.#die(told);
      },
      gone: (how) => {
        if (this.#death === undefined) log('error', how);
        this.#die(how);
        this.#gone.resolve();
      },
    };
  }

  #told(text: string): string {
    return inOneLine(this.#deps.mask(text));
  }

  #hear(message: FromWorker): void {
    const { id } = this.#start;
    switch (message.kind) {
      case 'ready':
        this.#shape = message.shape;
        this.#begun.resolve({ ok: true, generation: this });
        return;
      case 'refused':
        this.#begun.resolve({ ok: false, reason: this.#told(message.reason) });
        return;
      case 'log':
        this.#deps.log(id, message.level, this.#told(message.text));
        return;
      case 'state':
        void this.#deps.state(id, message.query).then((answer) => {
          this.#send({ kind: 'kept', ask: message.ask, answer });
        });
        return;
      case 'ended':
        this.#ended.resolve();
        return;
      case 'returned':
        this.#calls.settle(message.call, { kind: 'returned', value: message.value });
        return;
      case 'threw':
        this.#calls.settle(message.call, { kind: 'threw', reason: this.#told(message.reason) });
        return;
      case 'heard':
        this.#calls.settle(message.call, { kind: 'aborted' });
    }
  }

  #send(message: ToWorker): void {
    this.#thread.say(message);
  }
}
