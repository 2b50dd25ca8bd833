/** Decides whether a URL may be asked at all, and to which addresses its connection is bound. */

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { messageOf } from '../core/errors.ts';
import { isAllowed } from './address.ts';

/** Every address of a name, as text; rejects when it has none. The system's own resolver, so `/etc/hosts` counts. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address);

export type UrlCheck =
  | { readonly kind: 'fine'; readonly url: URL; readonly hostname: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What RFC 1035, 2.3.4, allows; resolvers throw on more, or worse, cut it. */
const LONGEST_LABEL = 63;
const LONGEST_NAME = 253;

/**
 * Reads a URL as the request will (WHATWG), so that `http://2130706433/` and `http://0x7f.1/` are `127.0.0.1` already
 * here. `hostname` comes without the brackets of an IPv6 address.
 */
export function checkUrl(text: string): UrlCheck {
  const url = URL.parse(text);
  if (url === null)
    return refused(/^\s*https?:\/*(?:[?#:]|$)/i.test(text) ? 'URL has no hostname' : 'URL is not valid');
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'http' && scheme !== 'https')
    return refused(`Scheme '${scheme}' not allowed; permitted: http, https`);
  if (url.username !== '' || url.password !== '')
    return refused('URL holds a user name or password; send them in a header instead');
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const fault = nameFault(hostname);
  return fault === undefined ? { kind: 'fine', url, hostname } : refused(fault);
}

function nameFault(hostname: string): string | undefined {
  const name = hostname.replace(/\.$/, '');
  if (name === '') return 'URL has no hostname';
  if (name.length > LONGEST_NAME) return `Host name is longer than ${LONGEST_NAME} characters`;
  const label = name.split('.').find((each) => each.length > LONGEST_LABEL);
  return label && `Host name has a label of more than ${LONGEST_LABEL} characters: '${label.slice(0, 20)}…'`;
}

export type Vetting =
  /** The only addresses the connection may go to; at least one. */
  | { readonly kind: 'vetted'; readonly addresses: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The name could not be resolved now. */
  | { readonly kind: 'unresolved'; readonly reason: string };

export interface VetOptions {
  readonly allowPrivate: readonly string[];
  readonly resolve: Resolve;
}

/**
 * Resolves a host, once, and refuses it when even one of its addresses may not be reached: a name with a public and a
 * private address is an attempt to get to the private one. The caller connects to what comes back and resolves nothing
 * again, so that a name that changes its answer in between (DNS rebinding) gains nothing.
 */
export async function vetHost(hostname: string, { allowPrivate, resolve }: VetOptions): Promise<Vetting> {
  if (isIP(hostname) !== 0) return vetAddresses(hostname, [hostname], allowPrivate);
  try {
    return vetAddresses(hostname, await resolve(hostname), allowPrivate);
  } catch (error) {
    return { kind: 'unresolved', reason: `DNS resolution failed for '${hostname}': ${messageOf(error)}` };
  }
}

function vetAddresses(
  hostname: string,
  addresses: readonly string[],
  allowPrivate: readonly string[],
): Vetting {
  if (addresses.length === 0)
    return { kind: 'unresolved', reason: `DNS resolution failed for '${hostname}': no address` };
  const blocked = addresses.filter((address) => !isAllowed(address, allowPrivate));
  if (blocked.length === 0) return { kind: 'vetted', addresses };
  return refused(
    blocked.length === addresses.length && addresses.length > 1
      ? `All resolved addresses for '${hostname}' are blocked: ${blocked.join(', ')}`
      : blockedReason(hostname, blocked),
  );
}

/** Why a host is refused; the same words for a literal address, a resolved one and the peer of a connection. */
export function blockedReason(hostname: string, addresses: readonly string[]): string {
  const through = addresses.filter((address) => address !== hostname);
  return `Blocked: ${hostname} resolves to private/reserved range${through.length > 0 ? `: ${through.join(', ')}` : ''}`;
}

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}
