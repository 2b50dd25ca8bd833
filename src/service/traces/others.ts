/** Decides which spans tell of what is no admission and no attempt: messages that were sent, refused deliveries, reloads. */
import type { AppEvent, ReloadReport } from '../../core/event.ts';
import { chatKey } from '../../core/message.ts';
import type { SendOutcome, StoredMessage } from '../../core/message.ts';
import { admissionSpanOf, traceOf } from '../../core/trace-context.ts';
import type { Span } from '../../core/tracing.ts';
import type { WebhookTrigger } from '../../core/trigger.ts';

/** That a message of a run was sent or was not; undefined: it is about no run, or is tried again. */
export function sendSpan(row: StoredMessage, outcome: SendOutcome, at: number): Span | undefined {
  if (row.run === undefined || outcome.kind === 'again') return undefined;
  return {
    name: 'send',
    kind: 'client',
    trace: traceOf(row.run),
    parent: admissionSpanOf(row.run),
    // What replaces an earlier content has waited since then, and nobody knows when that was.
    startedAt: row.version === 1 ? row.createdAt : at,
    endedAt: at,
    attributes: {
      'messaging.system': 'telegram',
      'messaging.operation.type': 'send',
      'messaging.destination.name': chatKey(row.to),
      'untether.run': row.run,
      'untether.message': row.kind,
      'untether.outcome': outcome.kind,
    },
    ...('reason' in outcome && { failure: outcome.reason }),
  };
}

/**
 * That a delivery became no run, in a trace of its own; undefined: it became one, and has its trace, or its sender has been
 * wrong so often that more of it is no news, and would leave no room for others.
 */
export function refusalSpan(
  { trigger, status, verdict, reason, at }: AppEvent & { readonly kind: 'delivery' },
  webhook: WebhookTrigger | undefined,
): Span | undefined {
  if (verdict === 'accepted' || verdict === 'throttled') return undefined;
  return {
    name: 'deliver',
    kind: 'server',
    startedAt: at,
    endedAt: at,
    attributes: {
      'untether.trigger': trigger,
      'untether.verdict': verdict,
      'untether.reason': reason ?? undefined,
      'http.request.method': webhook?.method,
      'http.route': webhook?.path,
      'http.response.status_code': status,
    },
    // Semantic conventions for HTTP: what a sender did wrong is no error of a server's span.
    ...(status >= 500 && { failure: reason ?? verdict }),
  };
}

/** What a reload came to, in a trace of its own; undefined: a watched file was looked at, and had not changed. */
export function reloadSpan(report: ReloadReport, startedAt: number): Span | undefined {
  const { ok, changed, source, at, revision, added, removed, modified, issues } = report;
  if (source === 'watch' && ok && !changed) return undefined;
  const [first] = issues.filter(({ severity }) => severity === 'error');
  return {
    name: 'reload',
    kind: 'internal',
    startedAt,
    endedAt: at,
    attributes: {
      'untether.source': source,
      'untether.outcome': changed ? 'changed' : ok ? 'unchanged' : 'refused',
      'untether.revision': revision,
      'untether.added': added.length,
      'untether.removed': removed.length,
      'untether.modified': modified.length,
    },
    ...(!ok && { failure: first?.message ?? 'refused' }),
  };
}
