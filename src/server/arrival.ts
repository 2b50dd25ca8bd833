/** Decides what a verifier is shown of a request. */
import type { IncomingMessage } from 'node:http';
import type { Delivery } from '../core/trigger.ts';
import type { Trust } from './client-address.ts';
import { originOf } from './origin.ts';

/** A request, and what is known about it beside what it says. */
export interface Arrival {
  readonly incoming: IncomingMessage;
  readonly body: Uint8Array;
  readonly publicUrl: string | undefined;
  readonly isTrusted: Trust;
  /** Epoch ms. */
  readonly receivedAt: number;
}

/** The request as a delivery; who it was sent to is worked out only when somebody asks. */
export function deliveryOf({ incoming, body, publicUrl, isTrusted, receivedAt }: Arrival): Delivery {
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    origin: () => originOf(incoming, publicUrl, isTrusted),
    // Only `set-cookie`, which no verifier and no store looks at, is ever a list.
    headers: incoming.headers as Delivery['headers'],
    body,
    receivedAt,
  };
}
