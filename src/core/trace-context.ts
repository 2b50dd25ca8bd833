/**
 * Decides which trace and spans are those of a run. They are made from its id: a run goes on in its trace after a restart,
 * and nothing has to be stored for that. A run id has 128 bits of which the last 64 are random, which is all that W3C
 * Trace Context asks of a trace id (§3.2.2.3) and OpenTelemetry of a span id.
 */
import type { RunId } from './ids.ts';
import type { SpanPlace } from './tracing.ts';

const SPAN_DIGITS = 16;
const SPAN_BITS = 64;

/** The trace of a run. */
export function traceOf(run: RunId): string {
  return run.replaceAll('-', '');
}

/** The first span of a run's trace: that it was admitted. */
export function admissionSpanOf(run: RunId): string {
  return traceOf(run).slice(-SPAN_DIGITS);
}

/** The span of an attempt, whose number counts from 1. */
export function attemptSpanOf(run: RunId, attempt: number): string {
  const id = BigInt.asUintN(SPAN_BITS, BigInt(`0x${admissionSpanOf(run)}`) + BigInt(attempt));
  return id.toString(16).padStart(SPAN_DIGITS, '0');
}

/** The header of W3C Trace Context (§3.2) that says where a span is. */
export function traceparent({ trace, span }: SpanPlace, isSampled: boolean): string {
  return `00-${trace}-${span}-${isSampled ? '01' : '00'}`;
}

// Later versions may have more behind it (§3.3).
const TRACEPARENT =
  /^(?:00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}|(?!ff|00)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?)$/;

/** What such a header says; undefined where it is none. */
export function readTraceparent(header: string | undefined): SpanPlace | undefined {
  const [, first, second, third, fourth] = TRACEPARENT.exec(header ?? '') ?? [];
  const [trace = '', span = ''] = [first ?? third, second ?? fourth];
  return /[^0]/.test(trace) && /[^0]/.test(span) ? { trace, span } : undefined;
}
