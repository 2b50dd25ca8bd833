/** Decides what a delivery has in a place that a sender puts a value in. */
import type { Delivery, DeliveryHead, Place } from '../core/trigger.ts';

/** What is read from; the body is absent while it is still to come. */
export type Carrier = Pick<DeliveryHead, 'headers' | 'url'> & Partial<Pick<Delivery, 'body'>>;

/** The text of a place; undefined where nothing is, or something that is neither text nor a number, or several things. */
export function readPlace(place: Place, carrier: Carrier): string | undefined {
  if (place.kind === 'header') return headerOf(carrier, place.name);
  const all = readAll(place, carrier);
  return all.length === 1 ? all[0] : undefined;
}

/** The texts of a place that may hold several, `undefined` for each that is no text. */
export function readAll({ kind, name }: Place, carrier: Carrier): ReadonlyArray<string | undefined> {
  switch (kind) {
    case 'header':
      return listed(headerOf(carrier, name));
    case 'query':
      return queryOf(carrier.url).getAll(name);
    case 'json':
      return valuesAt(parsed(carrier.body), name).map(textOf);
  }
}

/** What a URL asks for beside its path. */
export function queryOf(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}

/** The values at a dotted path of own properties, e.g. `event.id` or `value.*.id`; `*` is each item of a list. */
export function valuesAt(root: unknown, path: string): readonly unknown[] {
  let values: readonly unknown[] = [root];
  for (const key of path.split('.')) {
    values = values.flatMap((value) => (key === '*' ? itemsOf(value) : [propertyOf(value, key)]));
  }
  return values;
}

/** Text, or a number as text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** What every object has is no header. */
function headerOf({ headers }: Carrier, name: string): string | undefined {
  const value: unknown = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function listed(value: string | undefined): ReadonlyArray<string | undefined> {
  return value === undefined ? [] : [value];
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [undefined];
}

function propertyOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function parsed(body: Uint8Array | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
  } catch {
    // No JSON: then nothing is in it.
    return undefined;
  }
}
