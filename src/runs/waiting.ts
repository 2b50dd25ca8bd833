/** Decides which triggers are worth asking the ledger about: hints, in turn, that a newcomer during a claim revives. */
import type { TriggerId } from '../core/ids.ts';
import type { Candidate, Traits } from './lanes.ts';

interface Hint {
  readonly traits: Traits;
  readonly mark: number;
}

/** Triggers that may have queued runs, in the order in which they get their turn. */
export class Waiting {
  readonly #hints = new Map<TriggerId, Hint>();
  #mark = 0;

  /** Something of this trigger waits; the traits given last count. */
  add(trigger: TriggerId, traits: Traits): void {
    this.#mark += 1;
    this.#hints.set(trigger, { traits, mark: this.#mark });
  }

  /** Everything added so far is below this mark. */
  marks(): number {
    return this.#mark;
  }

  /** Nothing of it waited when the ledger was asked; kept if something was added since `mark`. */
  drop(trigger: TriggerId, mark: number): void {
    const hint = this.#hints.get(trigger);
    if (hint !== undefined && hint.mark <= mark) this.#hints.delete(trigger);
  }

  /** It had its turn: it goes behind the others. */
  rotate(trigger: TriggerId): void {
    const hint = this.#hints.get(trigger);
    if (hint === undefined) return;
    this.#hints.delete(trigger);
    this.#hints.set(trigger, hint);
  }

  /** Whose turn it is, in order; what is added meanwhile may or may not be seen. */
  *candidates(): Generator<Candidate> {
    for (const [trigger, { traits }] of this.#hints) yield { trigger, traits };
  }
}
