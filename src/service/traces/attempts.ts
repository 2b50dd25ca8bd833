/** Decides which span tells of an attempt: from where its action is called to where its end is on disk. */
import type { Clock } from '../../core/clock.ts';
import type { AppEvent } from '../../core/event.ts';
import type { RunId } from '../../core/ids.ts';
import type { ClaimedRun, RunState } from '../../core/run.ts';
import { admissionSpanOf, attemptSpanOf, traceOf, traceparent } from '../../core/trace-context.ts';
import type { Span, Tracing } from '../../core/tracing.ts';
import type { Execute } from '../../runs/attempt.ts';

interface Begun {
  readonly startedAt: number;
  readonly attributes: Span['attributes'];
}

/** After these a run that was begun has failed, for now or for good. */
const FAILED: readonly RunState[] = ['failed', 'scheduled', 'queued'];

/** The attempts under way. */
export class AttemptTraces {
  readonly #deps: { readonly tracing: Tracing; readonly clock: Clock };
  readonly #begun = new Map<RunId, Begun>();

  constructor(deps: { readonly tracing: Tracing; readonly clock: Clock }) {
    this.#deps = deps;
  }

  /** The same way to the actions; children are told which span they are part of. */
  around(execute: Execute): Execute {
    return (run, files) => {
      const { tracing, clock } = this.#deps;
      if (!tracing.isOn) return execute(run, files);
      this.#begun.set(run.id, { startedAt: clock.now(), attributes: attributesOf(run) });
      const trace = traceOf(run.id);
      const place = { trace, span: attemptSpanOf(run.id, run.attempt) };
      return execute(run, { ...files, traceparent: traceparent(place, tracing.samples(trace)) });
    };
  }

  /** Hears of the end of each. */
  hear(event: AppEvent): void {
    if (event.kind !== 'run' || event.attempt === undefined || event.state === 'running') return;
    const begun = this.#begun.get(event.run);
    if (begun === undefined) return;
    this.#begun.delete(event.run);
    this.#deps.tracing.record(attemptSpan(event, event.attempt, begun));
  }
}

function attributesOf({ id, trigger, attempt, spec }: ClaimedRun): Span['attributes'] {
  return {
    'untether.run': id,
    'untether.trigger': trigger,
    'untether.attempt': attempt,
    'untether.action': spec.action.kind,
    'untether.engine': spec.action.kind === 'agent_run' ? spec.action.engine.name : undefined,
    'untether.project': spec.project,
  };
}

function attemptSpan(
  { run, state, reason, endedBy, at }: AppEvent & { readonly kind: 'run' },
  attempt: number,
  { startedAt, attributes }: Begun,
): Span {
  return {
    name: 'attempt',
    kind: 'internal',
    trace: traceOf(run),
    id: attemptSpanOf(run, attempt),
    parent: admissionSpanOf(run),
    startedAt,
    endedAt: at,
    attributes: {
      ...attributes,
      'untether.state': state,
      'untether.reason': reason ?? undefined,
      'untether.ended_by': endedBy ?? undefined,
    },
    ...(FAILED.includes(state) && { failure: reason ?? state }),
  };
}
