/** Decides which deliveries of a webhook are one burst: by the operator's key, rendered with what was delivered. */
import type { Burst } from '../core/admission.ts';
import type { JsonObject } from '../core/json.ts';
import type { Payload } from '../core/run.ts';
import type { BurstKey, Coalescing } from '../core/trigger.ts';
import { boundedId } from './delivery.ts';
import { payloadValues, readPayload } from './payload-values.ts';
import type { Templates } from './template.ts';

/** Of every delivery, where the file names no key. */
const ONE_KEY: BurstKey = Object.freeze({ kind: 'key', key: '' });
/** Of a delivery without the field that the key is made of. */
const NO_KEY: BurstKey = Object.freeze({ kind: 'none', reason: undefined });

/**
 * How deliveries are told apart by `template`, which was checked; undefined: not at all. Templates name what they may in
 * an action, but for what the service answers itself. What was rendered is cut to a bounded length by hashing it.
 */
export function compileBurstKey(
  template: string | undefined,
  templates: Pick<Templates, 'render'>,
): Coalescing['keyOf'] {
  if (template === undefined) return () => ONE_KEY;
  return function burstKey(payload, parsed): BurstKey {
    const data = payloadValues(readPayload(payload, { ok: true, value: parsed }));
    const rendered = templates.render(template, { data });
    if (!rendered.ok) return { kind: 'none', reason: rendered.reason };
    return rendered.text.trim() === '' ? NO_KEY : { kind: 'key', key: boundedId(rendered.text) };
  };
}

/** What an accepted delivery enters the ledger with: its burst, or why it has none where that is worth a line in the log. */
export interface Joining {
  readonly burst?: Burst;
  readonly apart?: string;
}

/** The burst of a delivery to a webhook that coalesces. */
export function joiningOf(
  { keyOf, windowMs, maxWaitMs }: Coalescing,
  payload: Payload,
  parsed: JsonObject,
): Joining {
  const found = keyOf(payload, parsed);
  if (found.kind === 'key') return { burst: { key: found.key, windowMs, maxWaitMs } };
  return found.reason === undefined ? {} : { apart: found.reason };
}
