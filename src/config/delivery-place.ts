/** Decides which part of a delivery a key names: `X-Id`, `header:X-Id`, `json:event.id` or `query:id`. */
import type { Place } from '../core/trigger.ts';

/** The place; what has no word before its colon is a header. */
export function deliveryPlaceOf(written: string): Place {
  const [, kind = 'header', name = written] = /^(?:(header|json|query):)?(.+)$/.exec(written) ?? [];
  return kind === 'header'
    ? { kind, name: name.toLowerCase() }
    : { kind: kind === 'json' ? 'json' : 'query', name };
}
