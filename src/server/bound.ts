/** Decides who can reach an address: what the listener is bound to, and which webhooks may be served there. */
import type { ServerSettings, Snapshot } from '../core/snapshot.ts';
import type { WebhookTrigger } from '../core/trigger.ts';
import { isLoopback } from '../net/range.ts';

/** The address that a listener really holds, as the kernel tells it. */
export interface Bound {
  /** As configured. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** `http://127.0.0.1:9876`, or with `https` where TLS is spoken. */
  readonly url: string;
  /** Only this machine reaches it. */
  readonly isLoopback: boolean;
}

/** What an address and port come to. */
export function boundOf(host: string, address: string, port: number): Bound {
  const shown = address.includes(':') ? `[${address}]` : address;
  return { host, address, port, url: `http://${shown}:${port}`, isLoopback: isLoopback(address) };
}

/** The same where TLS is spoken. */
export function encrypted(bound: Bound): Bound {
  return { ...bound, url: bound.url.replace('http:', 'https:') };
}

/** A webhook without verification is served only where nobody else can come, unless the file says otherwise. */
export function isServed(trigger: WebhookTrigger, bound: Bound, settings: ServerSettings): boolean {
  return !trigger.open || bound.isLoopback || settings.allowUnauthenticated;
}

/** The webhooks of a snapshot that are not served on this address, to be told at start and at reload. */
export function withheld(snapshot: Snapshot, bound: Bound): readonly WebhookTrigger[] {
  return [...snapshot.routes.values()].filter((trigger) => !isServed(trigger, bound, snapshot.server));
}
