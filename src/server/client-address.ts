/** Decides whose request it is: the peer of the socket, or whom trusted proxies name in `X-Forwarded-For`. */
import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

/** True for the address of a proxy whose word counts. */
export type Trust = (address: string) => boolean;

/**
 * The address of the client. The header is read from right to left while the one who wrote that part is trusted; the
 * first address that is not trusted is the client's, as anything further left is hearsay.
 */
export function clientAddress(incoming: IncomingMessage, isTrusted: Trust): string {
  let address = plainAddress(incoming.socket.remoteAddress ?? '');
  const forwarded = incoming.headers['x-forwarded-for'];
  if (typeof forwarded !== 'string') return address;
  for (const hop of forwarded.split(',').reverse()) {
    const named = plainAddress(hop.trim());
    if (!isTrusted(address) || isIP(named) === 0) return address;
    address = named;
  }
  return address;
}

/** An IPv4 address as itself, also where an IPv6 socket shows it as `::ffff:…`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
