/** Decides who gets the spans of the program: whoever stands behind this one port now, whenever it was handed out. */
import type { Span, Tracing } from '../../core/tracing.ts';

/** Where spans go on to. */
export type Behind = Pick<Tracing, 'samples' | 'record'>;

/** The port that every part of the program keeps for as long as it lives; what is behind it is replaced. */
export class ForwardingTracing<To extends Behind> implements Tracing {
  #to: To | undefined;

  get isOn(): boolean {
    return this.#to !== undefined;
  }

  samples(trace: string): boolean {
    return this.#to?.samples(trace) ?? false;
  }

  record(span: Span): void {
    this.#to?.record(span);
  }

  /** What is behind it now. */
  get current(): To | undefined {
    return this.#to;
  }

  /** Spans go there from now on; undefined: nowhere. Answers where they went. */
  swap(next: To | undefined): To | undefined {
    const previous = this.#to;
    this.#to = next;
    return previous;
  }
}
