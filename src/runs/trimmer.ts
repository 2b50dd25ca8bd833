/** Decides when live output is cut back: one timer over the files that are being written, none when nothing runs. */
import type { Cancel, Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/errors.ts';
import { finishTrim, trimOutput } from './output.ts';

const LOOK_EVERY_MS = 200;

/** Keeps the output files of live attempts within their caps. */
export class Trimmer {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #files = new Map<string, number>();
  readonly #cut = new Set<string>();
  #timer: Cancel | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Starts to hold `file` below `maxBytes`. */
  watch(file: string, maxBytes: number): void {
    this.#files.set(file, maxBytes);
    this.#timer ??= this.#clock.after(LOOK_EVERY_MS, () => {
      this.#look();
    });
  }

  /** Brings the file into its final form; call it when its writer is gone. */
  async finish(file: string): Promise<void> {
    const maxBytes = this.#files.get(file);
    this.#files.delete(file);
    if (this.#files.size === 0) this.#rest();
    if (maxBytes === undefined) return;
    await this.#looking;
    await this.#quietly(file, async () => {
      await this.#trim(file, maxBytes);
      if (this.#cut.delete(file)) await finishTrim(file, maxBytes);
    });
  }

  #look(): void {
    this.#looking = Promise.all(
      [...this.#files].map(([file, maxBytes]) => this.#quietly(file, () => this.#trim(file, maxBytes))),
    ).then(() => {
      this.#timer = undefined;
      if (this.#files.size === 0) return;
      this.#timer = this.#clock.after(LOOK_EVERY_MS, () => {
        this.#look();
      });
    });
  }

  async #trim(file: string, maxBytes: number): Promise<void> {
    if (await trimOutput(file, maxBytes)) this.#cut.add(file);
  }

  #rest(): void {
    this.#timer?.();
    this.#timer = undefined;
  }

  // A disk that refuses here must not fail the run whose output it is.
  async #quietly(file: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#log.warn('cannot trim output', { file, error: messageOf(error) });
    }
  }
}
