/** Decides whether a webhook's own runs may be what calls it: how often it was called while one was under way. */
import type { AppEvent } from '../core/event.ts';
import type { RunId, TriggerId } from '../core/ids.ts';
import { isTerminal } from '../core/run.ts';
import { AFTERMATH_MS, withinWindow } from '../runs/quarantine.ts';

/** A webhook as far as it matters here. */
interface Watched {
  /** Of its runs that are under way. */
  readonly running: Set<RunId>;
  /** The run that began last. */
  lastRun: RunId | undefined;
  lastEndAt: number;
  suspicious: readonly number[];
}

/** A webhook that was called too often that way. */
export interface SuspectedLoop {
  readonly trigger: TriggerId;
  /** The run that may be the cause. */
  readonly run: RunId;
  readonly times: number;
}

/** Remembers runs and deliveries of the webhooks that have a limit, in memory: its window is ten minutes. */
export class LoopGuard {
  readonly #limitOf: (trigger: TriggerId) => number | undefined;
  readonly #watched = new Map<TriggerId, Watched>();

  constructor(limitOf: (trigger: TriggerId) => number | undefined) {
    this.#limitOf = limitOf;
  }

  /** Takes an event in; answers with the loop that it makes likely. */
  hear(event: AppEvent): SuspectedLoop | undefined {
    if (event.kind === 'run') this.#follow(event);
    if (event.kind !== 'delivery' || event.verdict !== 'accepted') return undefined;
    const limit = this.#limitOf(event.trigger);
    return limit === undefined ? undefined : this.#count(event.trigger, event.at, limit);
  }

  /** Begins to count anew. */
  forget(trigger: TriggerId): void {
    this.#watched.delete(trigger);
  }

  #follow({ run, trigger, state, at }: Extract<AppEvent, { readonly kind: 'run' }>): void {
    const hasLimit = this.#limitOf(trigger) !== undefined;
    const one = hasLimit ? this.#of(trigger) : this.#watched.get(trigger);
    if (one === undefined) return;
    if (state === 'running') {
      one.running.add(run);
      one.lastRun = run;
    } else if (one.running.delete(run) && isTerminal(state)) {
      one.lastEndAt = at;
    }
    // Without a limit nothing is counted; what still runs is followed to its end.
    if (!hasLimit && one.running.size === 0) this.#watched.delete(trigger);
  }

  #count(trigger: TriggerId, at: number, limit: number): SuspectedLoop | undefined {
    const one = this.#of(trigger);
    const isSuspicious = one.running.size > 0 || at - one.lastEndAt <= AFTERMATH_MS;
    if (!isSuspicious || one.lastRun === undefined) return undefined;
    one.suspicious = withinWindow(one.suspicious, at);
    const times = one.suspicious.length;
    return times > limit ? { trigger, run: one.lastRun, times } : undefined;
  }

  #of(trigger: TriggerId): Watched {
    const known = this.#watched.get(trigger);
    if (known !== undefined) return known;
    const made: Watched = { running: new Set(), lastRun: undefined, lastEndAt: -Infinity, suspicious: [] };
    this.#watched.set(trigger, made);
    return made;
  }
}
