/** Decides which IP addresses outgoing requests may reach: the public internet, and what the operator opened. */

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { IPv4, IPv6 } from 'ipaddr.js';

/**
 * Whether a request may connect to an address. Everything but global unicast is private here: what IANA's registries
 * of special addresses list (RFC 6890 and its updates), and every IPv6 form that carries an IPv4 address inside, since
 * `::ffff:10.0.0.1` or `64:ff9b::a00:1` reach what `10.0.0.1` is. `allowPrivate` opens ranges ("10.0.0.0/8") and single
 * addresses; entries that are neither open nothing, and text that is no address is never allowed.
 */
export function isAllowed(address: string, allowPrivate: readonly string[]): boolean {
  const parsed = parse(address);
  return parsed !== undefined && (isGlobal(parsed) || allowPrivate.some((range) => isWithin(parsed, range)));
}

/** Whether an address is global unicast, so reachable by anybody. Text that is no address is not. */
export function isPublic(address: string): boolean {
  return isAllowed(address, []);
}

/** IPv6 hands out global addresses from here only (RFC 4291, 2.4, and IANA's registry); the rest is not ours to try. */
const GLOBAL_IPV6 = [ipaddr.IPv6.parse('2000::'), 3] as const;

type Address = IPv4 | IPv6;

/** The strict forms only: URL parser and resolver have already made those of everything else. */
function parse(address: string): Address | undefined {
  return isIP(address) === 0 ? undefined : ipaddr.parse(address.replace(DOTTED_TAIL, inHex));
}

/** Written out, because ipaddr.js takes `::10.0.0.1` for `::ffff:10.0.0.1`, which is another address. */
const DOTTED_TAIL = /(?<=:)(\d+)\.(\d+)\.(\d+)\.(\d+)/;

function inHex(_dotted: string, ...octets: readonly string[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function isGlobal(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as IPv6).match(...GLOBAL_IPV6);
}

function isWithin(address: Address, range: string): boolean {
  const cidr = parseRange(range);
  return (
    cidr !== undefined &&
    [address, ...mapped(address)].some((each) => each.kind() === cidr[0].kind() && each.match(cidr))
  );
}

/** A socket that speaks both versions shows an IPv4 peer as `::ffff:a.b.c.d`: the same address. */
function mapped(address: Address): readonly Address[] {
  return 'isIPv4MappedAddress' in address && address.isIPv4MappedAddress() ? [address.toIPv4Address()] : [];
}

function parseRange(range: string): [Address, number] | undefined {
  const single = parse(range);
  if (single !== undefined) return [single, single.kind() === 'ipv4' ? 32 : 128];
  return ipaddr.isValidCIDR(range) ? ipaddr.parseCIDR(range) : undefined;
}
