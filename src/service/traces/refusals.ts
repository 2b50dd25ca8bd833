/** Decides which span tells of a delivery that became no run. */
import type { AppEvent } from '../../core/event.ts';
import type { Span } from '../../core/tracing.ts';
import type { WebhookTrigger } from '../../core/trigger.ts';

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
