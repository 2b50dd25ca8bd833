/** Decides which span tells that a run was admitted: the first of its trace, from the request or the tick to the commit. */
import type { Admission, Admit, Admitted } from '../../core/admission.ts';
import type { Clock } from '../../core/clock.ts';
import type { RunSource } from '../../core/run.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { admissionSpanOf, readTraceparent, traceOf } from '../../core/trace-context.ts';
import type { Span, SpanPlace, Tracing } from '../../core/tracing.ts';
import type { WebhookTrigger } from '../../core/trigger.ts';

/** What is known around an admission. */
export interface AdmissionTraceDeps {
  readonly tracing: Tracing;
  readonly current: () => Snapshot;
  readonly clock: Clock;
}

const names = {
  webhook: 'deliver',
  cron: 'tick',
  at: 'at',
  manual: 'fire',
  retry: 'retry',
  replay: 'replay',
} as const satisfies Record<RunSource, string>;

/** What an accepted delivery is answered with, unless its sender waits for the run. */
const ACCEPTED = 202;

/** The same door, with a span for each run that comes in by it. */
export function tracedAdmit(admit: Admit, { tracing, current, clock }: AdmissionTraceDeps): Admit {
  return function admitAndTrace(batch) {
    if (!tracing.isOn) return admit(batch);
    return admit(batch).then((answers) => {
      const around = { webhooks: current().webhooks, endedAt: clock.now() };
      for (const span of spansOf(batch.admissions, answers, around)) tracing.record(span);
      return answers;
    });
  };
}

/** What of the world a span names. */
interface Around {
  /** Those that are live; one that took something in may be gone by now. */
  readonly webhooks: Snapshot['webhooks'];
  readonly endedAt: number;
}

function spansOf(
  admissions: readonly Admission[],
  answers: readonly Admitted[],
  around: Around,
): readonly Span[] {
  return admissions.flatMap((admission, index) => {
    const answer = answers[index];
    return answer?.kind === 'admitted' ? admissionSpan(admission, answer, around) : [];
  });
}

function admissionSpan(
  admission: Admission,
  { run, state, reason }: Admitted & { readonly kind: 'admitted' },
  { webhooks, endedAt }: Around,
): Span {
  const isDelivery = admission.source === 'webhook';
  return {
    name: names[admission.source],
    kind: isDelivery ? 'server' : 'internal',
    trace: traceOf(run),
    id: admissionSpanOf(run),
    startedAt: admission.admittedAt,
    endedAt,
    attributes: {
      'untether.run': run,
      'untether.trigger': admission.trigger,
      'untether.source': admission.source,
      'untether.state': state,
      'untether.reason': reason ?? admission.reason ?? undefined,
      'untether.due_at': new Date(admission.dueAt).toISOString(),
      'untether.revision': admission.revision,
      'untether.delivery': admission.delivery?.id,
      ...(isDelivery && requestOf(webhooks.get(admission.trigger))),
    },
    links: linksOf(admission),
  };
}

function requestOf(webhook: WebhookTrigger | undefined): Span['attributes'] {
  return {
    'http.request.method': webhook?.method,
    'http.route': webhook?.path,
    'http.response.status_code': webhook?.answer === undefined ? ACCEPTED : undefined,
  };
}

/**
 * What it follows from: the run that it repeats, and the span in which the sender sent it. The sender's trace is linked, not
 * gone on with: a run has the trace that its id names, and what a sender claims to be part of is its own word.
 */
function linksOf({ origin, payload }: Admission): readonly SpanPlace[] {
  const sender = readTraceparent(payload?.headers['traceparent']);
  return [
    ...(origin === undefined ? [] : [{ trace: traceOf(origin), span: admissionSpanOf(origin) }]),
    ...(sender === undefined ? [] : [sender]),
  ];
}
