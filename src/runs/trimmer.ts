/** Decides when output is cut back: often while much is written, seldom while little is, and after its run as well. */
import type { Cancel, Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/errors.ts';
import { finishTrim, sizeOf, trimOutput } from './output.ts';
import { Remnants } from './remnants.ts';
import type { Look } from './remnants.ts';

/** A program can write gigabytes a second: what has just begun, or grows fast, is looked at so often. */
const SOONEST_LOOK_MS = 25;
const LOOK_EVERY_MS = 200;
/** A part of its cap by which a file grows from one look to the next when it grows fast. */
const FAST = 1 / 4;
/** How far beyond its cap a file may grow that was cut into its final form already. */
const SLACK = 1 / 4;

interface Written {
  readonly maxBytes: number;
  readonly size: number;
}

/** Keeps output files within their caps. */
export class Trimmer implements Disposable {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #files = new Map<string, Written>();
  readonly #cut = new Set<string>();
  readonly #remnants: Remnants;
  #timer: Cancel | undefined;
  #paceMs = SOONEST_LOOK_MS;
  #looking: Promise<void> | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#remnants = new Remnants(clock, (file, maxBytes) => this.#lookAfterwards(file, maxBytes));
  }

  /** Starts to hold `file` below `maxBytes`. */
  watch(file: string, maxBytes: number): void {
    this.#files.set(file, { maxBytes, size: 0 });
    this.#paceMs = SOONEST_LOOK_MS;
    if (this.#looking === undefined) this.#arm();
  }

  /** Brings the file into its final form; call it when its run has ended. What that left may write on, in bounds. */
  async finish(file: string): Promise<void> {
    const { maxBytes } = this.#files.get(file) ?? {};
    this.#files.delete(file);
    if (this.#files.size === 0) this.#rest();
    if (maxBytes === undefined) return;
    await this.#looking;
    await this.#quietly(file, async () => {
      await this.#trim(file, maxBytes);
      if (this.#cut.delete(file)) await finishTrim(file, maxBytes);
    });
    this.#remnants.watch(file, maxBytes);
  }

  [Symbol.dispose](): void {
    this.#files.clear();
    this.#rest();
    this.#remnants[Symbol.dispose]();
  }

  #arm(): void {
    this.#rest();
    if (this.#files.size === 0) return;
    this.#timer = this.#clock.after(this.#paceMs, () => {
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
        this.#arm();
      });
    });
  }

  async #look(): Promise<void> {
    const files = [...this.#files];
    const growths = await Promise.all(
      files.map(([file, written]) => this.#quietly(file, () => this.#lookAt(file, written))),
    );
    const isFast = growths.some((isOne) => isOne === true);
    this.#paceMs = isFast ? SOONEST_LOOK_MS : Math.min(this.#paceMs * 2, LOOK_EVERY_MS);
  }

  /** Whether it grows fast. */
  async #lookAt(file: string, { maxBytes, size: before }: Written): Promise<boolean> {
    const size = await sizeOf(file);
    const wasCut = size > maxBytes && (await this.#trim(file, maxBytes));
    if (this.#files.has(file)) this.#files.set(file, { maxBytes, size: wasCut ? maxBytes / 2 : size });
    return size - before > maxBytes * FAST;
  }

  /** What a run has left, cut back where it has grown. */
  async #lookAfterwards(file: string, maxBytes: number): ReturnType<Look> {
    return this.#quietly(file, async () => {
      const found = await sizeOf(file);
      if (found === 0) return undefined;
      if (found <= maxBytes * (1 + SLACK) || !(await trimOutput(file, maxBytes)))
        return { found, left: found };
      await finishTrim(file, maxBytes);
      return { found, left: await sizeOf(file) };
    });
  }

  async #trim(file: string, maxBytes: number): Promise<boolean> {
    const wasCut = await trimOutput(file, maxBytes);
    if (wasCut) this.#cut.add(file);
    return wasCut;
  }

  #rest(): void {
    this.#timer?.();
    this.#timer = undefined;
  }

  // A disk that refuses here must not fail the run whose output it is.
  async #quietly<Value>(file: string, work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#log.warn('cannot trim output', { file, error: messageOf(error) });
      return undefined;
    }
  }
}
