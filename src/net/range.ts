/** Decides what text names an IP address or a range of them, and which addresses lie in a range. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { IPv4, IPv6 } from 'ipaddr.js';

/** An IP address, parsed. */
export type Address = IPv4 | IPv6;

/** Addresses that agree in their first bits: `10.0.0.0/8`. */
export interface AddressRange {
  readonly first: Address;
  /** How many bits agree. */
  readonly bits: number;
}

/**
 * The address that `text` names; undefined for anything but the full forms (dotted IPv4 of four decimal numbers, IPv6 of
 * RFC 4291, 2.2), since `10`, `10.1` and `0x7f.1` mean different addresses to different readers.
 */
export function parseAddress(text: string): Address | undefined {
  return isIP(text) === 0 ? undefined : ipaddr.parse(text.replace(DOTTED_TAIL, inHex));
}

/** Written out, because ipaddr.js takes `::10.0.0.1` for `::ffff:10.0.0.1`, which is another address. */
const DOTTED_TAIL = /(?<=:)(\d+)\.(\d+)\.(\d+)\.(\d+)/;

function inHex(_dotted: string, ...octets: readonly string[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** The range that `text` names: an address alone, or with the number of its leading bits behind a slash (RFC 4632). */
export function parseRange(text: string): AddressRange | undefined {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const first = parseAddress(address);
  if (first === undefined) return undefined;
  const width = first.kind() === 'ipv4' ? 32 : 128;
  const wanted = bits === undefined ? width : Number(bits);
  return wanted <= width ? { first, bits: wanted } : undefined;
}

/** Whether an address lies in a range; one that an IPv6 socket shows as `::ffff:a.b.c.d` also as `a.b.c.d`. */
export function isWithin(address: Address, { first, bits }: AddressRange): boolean {
  return [address, ...mapped(address)].some(
    (each) => each.kind() === first.kind() && each.match([first, bits]),
  );
}

/** Ranges, asked by the text of an address; what is no range holds nothing, and what is no address lies nowhere. */
export function compileRanges(texts: readonly string[]): (address: string) => boolean {
  const ranges = texts.flatMap((text) => parseRange(text) ?? []);
  return (text) => {
    const address = parseAddress(text);
    return address !== undefined && ranges.some((range) => isWithin(address, range));
  };
}

/** Whether text is an address that only this machine reaches: 127.0.0.0/8 (RFC 1122) and ::1 (RFC 4291). */
export function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && [address, ...mapped(address)].some((each) => each.range() === 'loopback');
}

/** A socket that speaks both versions shows an IPv4 peer as `::ffff:a.b.c.d`: the same address. */
function mapped(address: Address): readonly Address[] {
  return 'isIPv4MappedAddress' in address && address.isIPv4MappedAddress() ? [address.toIPv4Address()] : [];
}
