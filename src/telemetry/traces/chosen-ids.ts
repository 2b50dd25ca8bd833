/** Decides the ids of the next span: those that were chosen for it, else new ones. */
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** OpenTelemetry asks for ids in the moment in which it starts a span, one after the other; nothing comes in between. */
export class ChosenIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #trace: string | undefined;
  #span: string | undefined;

  /** For the span that is started next; undefined: a new one. */
  choose({ trace, span }: { readonly trace: string; readonly span: string | undefined }): void {
    this.#trace = trace;
    this.#span = span;
  }

  generateTraceId = (): string => {
    const chosen = this.#trace;
    this.#trace = undefined;
    return chosen ?? this.#random.generateTraceId();
  };

  generateSpanId = (): string => {
    const chosen = this.#span;
    this.#span = undefined;
    return chosen ?? this.#random.generateSpanId();
  };
}
