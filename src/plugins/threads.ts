/**
 * Decides where the threads of plugins run: in one process beside the service, which is there while there are any. Should it
 * die, all of them are gone; what is called next begins again, in another.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { FromWorker, ToWorker } from './protocol.ts';
import type { FromProcess, ThreadFailure, ThreadStart, ToProcess } from './relay.ts';

/** What is heard of a thread. */
export interface ThreadEvents {
  said(message: FromWorker): void;
  printed(stream: 'stdout' | 'stderr', text: string): void;
  failed(failure: ThreadFailure): void;
  /** The last that is heard of it. */
  gone(how: string): void;
}

/** A thread that was started. */
export interface Thread {
  say(message: ToWorker): void;
  /** How long it has been at work so far, ms; 0 once it is gone. */
  workedMs(): Promise<number>;
  /** Ends it whatever it does; resolves when it is gone. */
  terminate(): Promise<void>;
}

/** All threads of a service. */
export class Threads {
  #life: ProcessLife | undefined;

  /** Starts a thread, and the process if there is none. */
  start(start: ThreadStart, events: ThreadEvents): Thread {
    if (this.#life?.isOver !== false) this.#life = new ProcessLife();
    return this.#life.start(start, events);
  }
}

interface Known {
  readonly events: ThreadEvents;
  readonly gone: PromiseWithResolvers<void>;
  work: PromiseWithResolvers<number> | undefined;
}

/** One process, from its first thread to its last. */
class ProcessLife {
  readonly #child: ChildProcess;
  readonly #threads = new Map<number, Known>();
  readonly #left = Promise.withResolvers<void>();
  #count = 0;
  isOver = false;

  constructor() {
    this.#child = fork(new URL('./process.ts', import.meta.url), [], {
      // In a session of its own, out of reach of the terminal's signals; nothing of the service's environment.
      detached: true,
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('message', (message: FromProcess) => {
      this.#hear(message);
    });
    this.#child.once('error', (error) => {
      this.#end(`the process of the plugins cannot be started: ${error.message}`);
    });
    this.#child.once('exit', (code, signal) => {
      this.#end(endedBy(signal ?? `exit code ${code}`));
    });
  }

  start(start: ThreadStart, events: ThreadEvents): Thread {
    const thread = ++this.#count;
    const known: Known = { events, gone: Promise.withResolvers(), work: undefined };
    this.#threads.set(thread, known);
    this.#say({ thread, kind: 'start', start });
    return {
      say: (message) => {
        this.#say({ thread, kind: 'say', message });
      },
      workedMs: () => {
        if (!this.#threads.has(thread)) return Promise.resolve(0);
        known.work ??= Promise.withResolvers();
        this.#say({ thread, kind: 'work' });
        return known.work.promise;
      },
      terminate: async () => {
        this.#say({ thread, kind: 'terminate' });
        await known.gone.promise;
        // Whoever ends the last may be about to leave: no process stays behind.
        if (this.isOver) await this.#left.promise;
      },
    };
  }

  #hear(message: FromProcess): void {
    const known = this.#threads.get(message.thread);
    if (known === undefined) return;
    const { events } = known;
    switch (message.kind) {
      case 'said':
        events.said(message.message);
        return;
      case 'printed':
        events.printed(message.stream, message.text);
        return;
      case 'failed':
        events.failed(message.failure);
        return;
      case 'worked':
        known.work?.resolve(message.ms);
        known.work = undefined;
        return;
      case 'exited':
        this.#forget(message.thread, `left with exit code ${message.code}`);
        if (this.#threads.size === 0) this.#letGo();
    }
  }

  #forget(thread: number, how: string): void {
    const known = this.#threads.get(thread);
    this.#threads.delete(thread);
    known?.work?.resolve(0);
    known?.events.gone(how);
    known?.gone.resolve();
  }

  /** Its last thread is gone. */
  #letGo(): void {
    this.isOver = true;
    if (this.#child.connected) this.#child.disconnect();
  }

  #end(how: string): void {
    this.isOver = true;
    this.#left.resolve();
    for (const thread of this.#threads.keys()) this.#forget(thread, how);
  }

  #say(message: ToProcess): void {
    // A channel that breaks is told of by the end of the process.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

/** V8 aborts where a thread asks for far more memory than is left to it, and nobody can tell which one it was. */
function endedBy(how: string): string {
  const likely = how === 'SIGABRT' ? ', as it is where one asks for far too much memory at once' : '';
  return `the process of all plugins was ended by ${how}${likely}`;
}
