/** Decides which IP addresses outgoing requests may reach: the public internet, and what the operator opened. */
import ipaddr from 'ipaddr.js';
import type { IPv6 } from 'ipaddr.js';
import { isWithin, parseAddress, parseRange } from './range.ts';
import type { Address } from './range.ts';

/**
 * Whether a request may connect to an address. Everything but global unicast is private here: what IANA's registries
 * of special addresses list (RFC 6890 and its updates), and every IPv6 form that carries an IPv4 address inside, since
 * `::ffff:10.0.0.1` or `64:ff9b::a00:1` reach what `10.0.0.1` is. `allowPrivate` opens ranges ("10.0.0.0/8") and single
 * addresses; entries that are neither open nothing, and text that is no address is never allowed.
 */
export function isAllowed(address: string, allowPrivate: readonly string[]): boolean {
  // URL parser and resolver have already made full forms of everything else.
  const parsed = parseAddress(address);
  return parsed !== undefined && (isGlobal(parsed) || allowPrivate.some((range) => isOpened(parsed, range)));
}

/** IPv6 hands out global addresses from here only (RFC 4291, 2.4, and IANA's registry); the rest is not ours to try. */
const GLOBAL_IPV6 = [ipaddr.IPv6.parse('2000::'), 3] as const;

function isGlobal(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as IPv6).match(...GLOBAL_IPV6);
}

function isOpened(address: Address, text: string): boolean {
  const range = parseRange(text);
  return range !== undefined && isWithin(address, range);
}
