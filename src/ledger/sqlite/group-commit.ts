/** Decides that the writes of one turn of the event loop share one transaction, and so one wait for the disk. */
import { AppError, messageOf, toAppError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';

/** Runs `work` in a transaction of its own, durable when it returns; what it throws undid everything. */
export type Transact = (work: () => void) => void;

interface Job {
  run(): void;
  done(): void;
  fail(error: AppError): void;
}

/**
 * A queue of synchronous writes. They take effect in the order of the calls; their promises resolve in that order
 * after the commit. An operation may run twice (see `flush`), so all it changes must be undone by a rollback.
 */
export class GroupCommit {
  readonly #transact: Transact;
  readonly #log: Log;
  #jobs: Job[] = [];
  #closed = false;

  constructor(transact: Transact, log: Log) {
    this.#transact = transact;
    this.#log = log;
  }

  /** Resolves with the operation's result once it is on disk; rejects with `unavailable`, or what it threw. */
  write<T>(operation: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new AppError('unavailable', 'the store is closed'));
    if (this.#jobs.length === 0) {
      setImmediate(() => {
        this.flush();
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let result: T;
    this.#jobs.push({
      run: () => (result = operation()),
      done: () => {
        resolve(result);
      },
      fail: reject,
    });
    return promise;
  }

  /**
   * Commits what waits. When an operation throws, the others must not suffer: all is rolled back and each runs again
   * in a transaction of its own. When the commit itself fails, all fail.
   */
  flush(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    let reached = 'begin' as 'begin' | 'operations' | 'commit';
    try {
      this.#transact(() => {
        reached = 'operations';
        for (const job of jobs) job.run();
        reached = 'commit';
      });
    } catch (error) {
      if (reached === 'operations' && jobs.length > 1) this.#oneByOne(jobs);
      else this.#failAll(jobs, error);
      return;
    }
    for (const job of jobs) job.done();
  }

  /** Commits what waits and takes nothing more. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  #oneByOne(jobs: readonly Job[]): void {
    for (const job of jobs) {
      try {
        this.#transact(() => {
          job.run();
        });
      } catch (error) {
        this.#failAll([job], error);
        continue;
      }
      job.done();
    }
  }

  #failAll(jobs: readonly Job[], thrown: unknown): void {
    const error = toAppError(thrown);
    this.#log.error('writes failed', {
      writes: jobs.length,
      code: error.code,
      reason: error.message,
      cause: error.cause === undefined ? undefined : messageOf(error.cause),
    });
    for (const job of jobs) job.fail(error);
  }
}
