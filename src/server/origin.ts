/** Decides under which scheme and host a sender reached the service: what it signs where it signs the URL. */
import type { IncomingMessage } from 'node:http';
import { plainAddress } from './client-address.ts';
import type { Trust } from './client-address.ts';
import { isEncrypted } from './tls-termination.ts';

/** What is looked at of a request. */
export interface Reached extends Pick<IncomingMessage, 'headers'> {
  readonly socket: { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean };
}

/**
 * `publicUrl` where it is configured. Else the `Host` header and how the connection is spoken on, or what a trusted proxy says
 * of both. A sender that lies here gains nothing: the signature is over what it says.
 */
export function originOf(
  { headers, socket }: Reached,
  publicUrl: string | undefined,
  isTrusted: Trust,
): string {
  if (publicUrl !== undefined) return publicUrl;
  const isProxied = isTrusted(plainAddress(socket.remoteAddress ?? ''));
  const told = (name: string): string | undefined => (isProxied ? firstOf(headers[name]) : undefined);
  const own = isEncrypted(socket) ? 'https' : 'http';
  return `${told('x-forwarded-proto') ?? own}://${told('x-forwarded-host') ?? headers.host ?? ''}`;
}

function firstOf(header: string | readonly string[] | undefined): string | undefined {
  const first = typeof header === 'string' ? header.split(',', 1)[0]?.trim() : undefined;
  return first === '' ? undefined : first;
}
