/** Decides what is told of how something came about step by step: spans, and the port through which they are given away. */

/** Who is on the other side of a step: a sender (`server`), somebody who is asked (`client`), nobody (`internal`). */
export type SpanKind = 'server' | 'client' | 'internal';

/** One step of a trace, when it is over. Ids are lower-case hex (W3C Trace Context §3.2.2): 32 digits of a trace, 16 of a span. */
export interface Span {
  readonly name: string;
  readonly kind: SpanKind;
  /** Absent: a trace of its own. */
  readonly trace?: string;
  /** Absent: a new one. */
  readonly id?: string;
  /** The span that it is part of; absent: it is the first of its trace. */
  readonly parent?: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Epoch ms. */
  readonly endedAt: number;
  /** Named as OpenTelemetry's semantic conventions do where they have a name, else `untether.…`. Undefined: left out. */
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Why it failed; absent: it did not. */
  readonly failure?: string;
  /** Spans of other traces that it follows from. */
  readonly links?: readonly SpanPlace[];
}

/** Where a span is. */
export interface SpanPlace {
  readonly trace: string;
  readonly span: string;
}

/** Takes spans. */
export interface Tracing {
  /** False: nobody takes spans, and nothing need be gathered for them. */
  readonly isOn: boolean;
  /** Whether the spans of this trace are kept; false while nobody takes any. */
  samples(trace: string): boolean;
  /** Gives a span away; it returns at once, and nobody learns whether it arrived. */
  record(span: Span): void;
}
