/** Decides how long output is held back after its run has ended: what a run left in the background may write on. */
import type { Cancel, Clock } from '../core/clock.ts';

/** The first look after the end; each further one takes four times as long while nothing is written. */
const FIRST_LOOK_MS = 100;
const LOOK_FACTOR = 4;
/** Between looks at what is still written. */
const NEXT_LOOK_MS = 50;
/** What has been silent for so long is left alone. */
const LAST_LOOK_MS = 3_600_000;
/** Files that are looked at; beyond it those that ended first are left alone. */
const AT_MOST = 500;

/** Looks at one file, cuts it back where it must, and answers with its size before and after that; undefined: it is gone. */
export type Look = (
  file: string,
  maxBytes: number,
) => Promise<{ readonly found: number; readonly left: number } | undefined>;

interface Remnant {
  readonly maxBytes: number;
  readonly waitMs: number;
  /** On the monotonic clock. */
  readonly dueAt: number;
  /** Undefined before the first look. */
  readonly size: number | undefined;
}

/** Output files whose runs have ended, as long as somebody may write to them; one timer, none when there are none. */
export class Remnants implements Disposable {
  readonly #clock: Clock;
  readonly #look: Look;
  readonly #files = new Map<string, Remnant>();
  #timer: Cancel | undefined;
  #isOver = false;

  constructor(clock: Clock, look: Look) {
    this.#clock = clock;
    this.#look = look;
  }

  /** The run that wrote `file` has ended. */
  watch(file: string, maxBytes: number): void {
    if (this.#isOver) return;
    this.#put(file, { maxBytes, size: undefined, waitMs: FIRST_LOOK_MS });
    const [first] = this.#files.keys();
    if (this.#files.size > AT_MOST && first !== undefined) this.#files.delete(first);
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.();
    this.#files.clear();
  }

  #put(file: string, remnant: Omit<Remnant, 'dueAt'>): void {
    this.#files.set(file, { ...remnant, dueAt: this.#clock.monotonic() + remnant.waitMs });
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#files.size === 0 || this.#isOver) return;
    const dueAt = [...this.#files.values()].reduce((least, one) => Math.min(least, one.dueAt), Infinity);
    this.#timer = this.#clock.after(Math.max(0, dueAt - this.#clock.monotonic()), () => {
      void this.#lookAtDue().finally(() => {
        this.#timer = undefined;
        this.#arm();
      });
    });
  }

  async #lookAtDue(): Promise<void> {
    const now = this.#clock.monotonic();
    const due = [...this.#files].filter(([, { dueAt }]) => dueAt <= now);
    await Promise.all(due.map(([file, remnant]) => this.#lookAt(file, remnant)));
  }

  async #lookAt(file: string, remnant: Remnant): Promise<void> {
    const sizes = await this.#look(file, remnant.maxBytes);
    // It may have been displaced meanwhile.
    if (this.#files.get(file) !== remnant) return;
    const isQuiet = remnant.size === undefined || remnant.size === sizes?.found;
    const waitMs = isQuiet ? remnant.waitMs * LOOK_FACTOR : NEXT_LOOK_MS;
    if (sizes === undefined || waitMs > LAST_LOOK_MS) this.#files.delete(file);
    else this.#put(file, { maxBytes: remnant.maxBytes, size: sizes.left, waitMs });
  }
}
