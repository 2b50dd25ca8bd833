/** Decides whose request it is: the peer of the socket, or whom trusted proxies name in `X-Forwarded-For`. */
import { BlockList, isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

/** True for the address of a proxy whose word counts. */
export type Trust = (address: string) => boolean;

/** Compiles addresses and CIDR ranges; what is neither trusts nobody. */
export function compileTrust(proxies: readonly string[]): Trust {
  const list = new BlockList();
  for (const entry of proxies) addTo(list, entry);
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/**
 * The address of the client. The header is read from right to left while the one who wrote that part is trusted; the
 * first address that is not trusted is the client's, as anything further left is hearsay.
 */
export function clientAddress(incoming: IncomingMessage, isTrusted: Trust): string {
  let address = plain(incoming.socket.remoteAddress ?? '');
  const forwarded = incoming.headers['x-forwarded-for'];
  if (typeof forwarded !== 'string') return address;
  for (const hop of forwarded.split(',').reverse()) {
    const named = plain(hop.trim());
    if (!isTrusted(address) || isIP(named) === 0) return address;
    address = named;
  }
  return address;
}

function addTo(list: BlockList, entry: string): void {
  const [address = '', bits] = entry.split('/');
  const family = isIP(address);
  const length = bits === undefined ? (family === 6 ? 128 : 32) : Number(bits);
  if (family === 0 || !Number.isInteger(length) || length < 0 || length > (family === 6 ? 128 : 32)) return;
  list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address as itself, also where an IPv6 socket shows it as `::ffff:…`. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
