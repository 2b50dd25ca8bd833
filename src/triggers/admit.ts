/** Decides what becomes of a verified delivery: it is accepted, filtered out, or no delivery at all. Pure. */
import type { Admission } from '../core/admission.ts';
import type { RunId } from '../core/ids.ts';
import type { Payload } from '../core/run.ts';
import type { Delivery, FilterFacts, HandshakeAnswer, WebhookTrigger } from '../core/trigger.ts';
import type { Joining } from './coalesce.ts';
import { joiningOf } from './coalesce.ts';
import { bodyHashOf, boundedId, deliveryIdOf, eventNameOf, whyEventFiltered } from './delivery.ts';
import type { ParsedDelivery } from './delivery.ts';
import { queryValuesOf } from './filter/facts.ts';
import { parsePayload } from './payload.ts';

/** A delivery that enters the ledger. */
export interface Accepted extends Joining {
  readonly kind: 'accepted';
  readonly payload: Payload;
  readonly delivery?: { readonly id: string; readonly bodyHash: string };
}

/** The reason of the last two is for the log and the counters; it quotes no payload. */
export type Decision =
  | Accepted
  | { readonly kind: 'handshake'; readonly answer: HandshakeAnswer }
  | { readonly kind: 'filtered'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Judges a delivery whose sender was verified. */
export function decide(trigger: WebhookTrigger, delivery: Delivery): Decision {
  const contentType = delivery.headers['content-type'] ?? '';
  const parsed = parsePayload(delivery.body, contentType);
  if (!parsed.ok) return { kind: 'refused', reason: parsed.reason };
  const answer = trigger.handshake?.(delivery, parsed.value);
  if (answer !== undefined) return { kind: 'handshake', answer };
  const named = { headers: delivery.headers, url: delivery.url, parsed: parsed.value };
  const headers = publicHeaders(delivery.headers, trigger.secretHeaders);
  const filtered = whyFiltered(trigger, named, headers);
  if (filtered !== undefined) return { kind: 'filtered', reason: filtered };
  const payload = { body: delivery.body, contentType, headers };
  const id = idOf(trigger, delivery, named);
  const accepted: Accepted =
    id === undefined
      ? { kind: 'accepted', payload }
      : { kind: 'accepted', payload, delivery: { id, bodyHash: bodyHashOf(delivery.body) } };
  const { coalesce } = trigger;
  return coalesce === undefined ? accepted : { ...accepted, ...joiningOf(coalesce, payload, parsed.value) };
}

/** The occurrence that an accepted delivery enters the ledger as. */
export function admissionOf(
  trigger: WebhookTrigger,
  decision: Accepted,
  facts: { readonly id: RunId; readonly revision: number; readonly receivedAt: number },
): Admission {
  return {
    id: facts.id,
    trigger: trigger.id,
    source: 'webhook',
    dueAt: facts.receivedAt,
    admittedAt: facts.receivedAt,
    revision: facts.revision,
    state: decision.burst === undefined ? 'queued' : 'scheduled',
    reason: null,
    spec: trigger.spec,
    // What waits for the end of its burst waits, too, whether this delivery has one or not.
    limit: { kind: trigger.coalesce === undefined ? 'waiting' : 'pending', max: trigger.maxQueued },
    payload: decision.payload,
    ...(decision.delivery && { delivery: decision.delivery }),
    ...(decision.burst && { coalesce: decision.burst }),
  };
}

/** As the file says, else as the plugin told that knows the sender. */
function idOf(trigger: WebhookTrigger, { id }: Delivery, named: ParsedDelivery): string | undefined {
  if (trigger.asks?.takesId !== true) return deliveryIdOf(trigger.deliveryId, named);
  return id === undefined ? undefined : boundedId(id);
}

function whyFiltered(
  { events, filter, eventPlaces }: WebhookTrigger,
  delivery: ParsedDelivery,
  headers: FilterFacts['headers'],
): string | undefined {
  if (events.size === 0 && filter === undefined) return undefined;
  const event = eventNameOf(delivery, eventPlaces);
  const { parsed: body, url } = delivery;
  return (
    whyEventFiltered(events, event) ?? filter?.whyNot({ body, headers, query: queryValuesOf(url), event })
  );
}

function publicHeaders(
  headers: Delivery['headers'],
  secretHeaders: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !secretHeaders.has(name)) kept[name] = value;
  }
  return kept;
}
