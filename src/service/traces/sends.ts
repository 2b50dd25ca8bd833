/** Decides which span tells of a message about a run: that it was sent, or was not. */
import { chatKey } from '../../core/message.ts';
import type { SendOutcome, StoredMessage } from '../../core/message.ts';
import { admissionSpanOf, traceOf } from '../../core/trace-context.ts';
import type { Span } from '../../core/tracing.ts';

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
