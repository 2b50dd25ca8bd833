/** Decides what a delivery is called: its event, its id at the sender, and the hash by which a repeated body is known. */
import { hash } from 'node:crypto';
import type { JsonObject } from '../core/json.ts';
import type { DeliveryHead, Place } from '../core/trigger.ts';
import { readAll, textOf, valuesAt } from './place.ts';

// Longer ids are kept as their hash, so that no sender decides how large a row of the store is.
const MAX_ID_LENGTH = 200;

/** What a place is read from once the body is parsed. */
export interface ParsedDelivery extends Pick<DeliveryHead, 'headers' | 'url'> {
  readonly parsed: JsonObject;
}

/** The event's name: the first of the places that holds some text. */
export function eventNameOf(delivery: ParsedDelivery, places: readonly Place[]): string | undefined {
  for (const place of places) {
    const name = textAt(place, delivery);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Why `event_filter` leaves an event out. No event passes nothing: the absence of its header must not be a way around it. */
export function whyEventFiltered(events: ReadonlySet<string>, event: string | undefined): string | undefined {
  if (events.size === 0) return undefined;
  if (event === undefined) return 'no event header';
  return events.has(event) ? undefined : 'event is not in event_filter';
}

/**
 * The sender's id of the delivery, from where the trigger says it is; undefined when it is absent: then the delivery
 * cannot be known again and is always a new one.
 */
export function deliveryIdOf(where: Place | undefined, delivery: ParsedDelivery): string | undefined {
  const id = where && textAt(where, delivery);
  return id === undefined ? undefined : boundedId(id);
}

/** The id itself, or its hash where it is long. */
export function boundedId(id: string): string {
  return id.length > MAX_ID_LENGTH ? `sha256:${hash('sha256', id)}` : id;
}

/** SHA-256 of the raw body, hex. */
export function bodyHashOf(body: Uint8Array): string {
  return hash('sha256', body);
}

function textAt(place: Place, { headers, url, parsed }: ParsedDelivery): string | undefined {
  const [value, ...more] =
    place.kind === 'json' ? valuesAt(parsed, place.name).map(textOf) : readAll(place, { headers, url });
  return more.length > 0 || value === '' ? undefined : value;
}
