/**
 * Decides whether a plugin has been at work in a stretch of time, by what its thread did: a plugin that writes a file wakes
 * up for it, one that somebody edits sleeps on.
 */
import type { Live } from '../../plugins/table.ts';

/** What there is of a plugin now. */
export interface Thread {
  /** When a generation of it was started last, whatever came of that. */
  readonly startedAt: number | undefined;
  readonly host: Pick<Live['host'], 'workedMs'> | undefined;
}

/** Measured: an idle thread seems to work for some µs, up to 65; one small write takes it 360 and more. */
const AT_WORK_MS = 0.15;

/** Remembers what it saw of each plugin. */
export class Activity {
  readonly #threadOf: (id: string) => Thread;
  readonly #seen = new Map<string, Thread & { readonly atWorkMs: number }>();

  constructor(threadOf: (id: string) => Thread) {
    this.#threadOf = threadOf;
  }

  /** Since it was asked last of that plugin; the first answer is true. */
  async wasAtWork(id: string): Promise<boolean> {
    const { startedAt, host } = this.#threadOf(id);
    const atWorkMs = (await host?.workedMs()) ?? 0;
    const before = this.#seen.get(id);
    this.#seen.set(id, { startedAt, host, atWorkMs });
    const isSame = before?.startedAt === startedAt && before?.host === host;
    return before === undefined || !isSame || atWorkMs - before.atWorkMs > AT_WORK_MS;
  }
}
