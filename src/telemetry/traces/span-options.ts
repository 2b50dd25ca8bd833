/** Decides how a span is put to OpenTelemetry: its kind, its attributes without secrets, its links and its parent. */
import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import type { Attributes, Context, Link, SpanOptions } from '@opentelemetry/api';
import type { Mask } from '../../core/secret.ts';
import type { Span, SpanPlace } from '../../core/tracing.ts';

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const satisfies Record<Span['kind'], SpanKind>;

/** What it is started with. */
export function optionsOf({ kind, startedAt, attributes, links = [] }: Span, mask: Mask): SpanOptions {
  return {
    kind: kinds[kind],
    startTime: new Date(startedAt),
    attributes: masked(attributes, mask),
    links: links.map(linkTo),
  };
}

/** The context of a span in its trace; one without a parent has none, and is the first. */
export function parentIn(traceId: string, parent: string | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: parent,
    traceFlags: TraceFlags.SAMPLED,
  });
}

function linkTo({ trace: traceId, span: spanId }: SpanPlace): Link {
  return { context: { traceId, spanId, traceFlags: TraceFlags.NONE } };
}

function masked(attributes: Span['attributes'], mask: Mask): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'string' ? mask(value) : value,
    ]),
  );
}
