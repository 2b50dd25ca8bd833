/** Decides what stands in for an OpenTelemetry collector: a real HTTP server that takes OTLP as JSON, and fails on demand. */
import type { ServerResponse } from 'node:http';
import { Receiver } from './receiver.ts';
import type { Received } from './receiver.ts';

/** A span as it arrived, its attributes as a record. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 1 internal, 2 server, 3 client (OTLP, Span.SpanKind). */
  readonly kind: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What the service says about itself. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** Code 2: an error (OTLP, Status.StatusCode). */
  readonly status: { readonly code?: number; readonly message?: string };
  readonly links: ReadonlyArray<{ readonly traceId: string; readonly spanId: string }>;
}

/** What it does with a batch: takes it, answers with another status, or never answers. */
export type Manner = 'takes' | 'hangs' | { readonly status: number; readonly retryAfter?: string };

/** A collector on a free port of 127.0.0.1. */
export class Collector implements AsyncDisposable {
  manner: Manner;
  readonly #receiver: Receiver;
  readonly #taken: Received[] = [];
  #heard = Promise.withResolvers<void>();

  constructor(receiver: Receiver, manner: Manner) {
    this.#receiver = receiver;
    this.manner = manner;
  }

  static async start(manner: Manner = 'takes'): Promise<Collector> {
    const receiver = await Receiver.start((outgoing, _n, received) => {
      collector.#answer(outgoing, received);
    });
    const collector = new Collector(receiver, manner);
    return collector;
  }

  get url(): string {
    return this.#receiver.url;
  }

  /** Every request, taken or not. */
  get requests(): readonly Received[] {
    return this.#receiver.received;
  }

  /** Those of the batches that were taken, in the order in which they arrived. */
  get spans(): readonly ReceivedSpan[] {
    return this.#taken.flatMap(({ body }) => spansIn(JSON.parse(body) as Sent));
  }

  /** Resolves with the first span that fits, once it has arrived. */
  async saw(fits: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
    for (;;) {
      const found = this.spans.find(fits);
      if (found !== undefined) return found;
      await this.#heard.promise;
    }
  }

  /** Resolves with the nth request, counted from 1. */
  asked(n: number): Promise<Received> {
    return this.#receiver.nth(n);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#receiver[Symbol.asyncDispose]();
  }

  #answer(outgoing: ServerResponse, received: Received): void {
    if (this.manner === 'hangs') return;
    if (this.manner !== 'takes') {
      const { status, retryAfter } = this.manner;
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      outgoing.writeHead(status, headers).end();
      return;
    }
    this.#taken.push(received);
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    this.#heard.resolve();
    this.#heard = Promise.withResolvers<void>();
  }
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Sent {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: ReadonlyArray<{
      readonly spans: ReadonlyArray<
        Omit<ReceivedSpan, 'attributes' | 'resource' | 'startedAt' | 'endedAt'> & {
          readonly attributes: readonly Attribute[];
          readonly startTimeUnixNano: string;
          readonly endTimeUnixNano: string;
        }
      >;
    }>;
  }>;
}

function spansIn({ resourceSpans }: Sent): readonly ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ startTimeUnixNano, endTimeUnixNano, ...span }) => ({
        ...span,
        startedAt: Number(BigInt(startTimeUnixNano) / 1_000_000n),
        endedAt: Number(BigInt(endTimeUnixNano) / 1_000_000n),
        attributes: recordOf(span.attributes),
        resource: recordOf(resource.attributes),
      })),
    ),
  );
}

function recordOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
