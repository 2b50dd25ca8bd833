/** Decides what a delivery is called: its event, its id at the sender, and the hash by which a repeated body is known. */
import { hash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { Delivery, WebhookTrigger } from '../core/trigger.ts';

// Longer ids are kept as their hash, so that no sender decides how large a row of the store is.
const MAX_ID_LENGTH = 200;

/** The event's name: the first of the headers that is present and not empty. */
export function eventNameOf(headers: Delivery['headers'], names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/**
 * The sender's id of the delivery, from where the trigger says it is; undefined when it is absent: then the delivery
 * cannot be known again and is always a new one.
 */
export function deliveryIdOf(
  where: WebhookTrigger['deliveryId'],
  headers: Delivery['headers'],
  payload: JsonObject,
): string | undefined {
  if (where === undefined) return undefined;
  const value = where.kind === 'header' ? headers[where.name] : valueAt(payload, where.name);
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const id = String(value);
  if (id === '') return undefined;
  return boundedId(id);
}

/** The id itself, or its hash where it is long. */
export function boundedId(id: string): string {
  return id.length > MAX_ID_LENGTH ? `sha256:${hash('sha256', id)}` : id;
}

/** SHA-256 of the raw body, hex. */
export function bodyHashOf(body: Uint8Array): string {
  return hash('sha256', body);
}

/** The value at a dotted path of own properties, e.g. `event.id` or `items.0.id`. */
function valueAt(root: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}
