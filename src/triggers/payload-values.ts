/** Decides what templates may name of a payload: its text, its headers, and its members or `_body`. */
import type { JsonObject } from '../core/json.ts';
import type { Payload } from '../core/run.ts';
import { parsePayload } from './payload.ts';
import type { Parsed } from './payload.ts';
import { ownNames } from './template.ts';

/** A payload as templates see it. */
export interface ReadPayload {
  readonly text: string;
  readonly headers: Payload['headers'];
  /** Undefined for what has none: text, and what is not what it says. */
  readonly members: JsonObject | undefined;
}

/** Reads a payload; `parsed` is what its body means, where that is known already. */
export function readPayload(
  { body, contentType, headers }: Payload,
  parsed: Parsed = parsePayload(body, contentType),
): ReadPayload {
  // Bytes that are no UTF-8 become U+FFFD.
  const text = new TextDecoder().decode(body);
  const isText = !parsed.ok || parsed.value._body === text;
  return { text, headers, members: isText ? undefined : parsed.value };
}

/**
 * From the lowest rank to the highest: `body` (the raw text) and `headers`; the payload's own members, or `_body` for one
 * without members. `body` takes the place of the text; names that the service answers itself are left out.
 */
export function payloadValues(
  { text, headers, members }: ReadPayload,
  body: string = text,
): Readonly<Record<string, unknown>> {
  const own = Object.entries(members ?? { _body: body }).filter(([name]) => !ownNames.has(name));
  return { body, headers, ...Object.fromEntries(own) };
}
