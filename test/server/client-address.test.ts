import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { compileRanges } from '../../src/net/range.ts';
import { clientAddress } from '../../src/server/client-address.ts';

interface Case {
  readonly peer: string;
  readonly forwarded?: string;
  readonly proxies?: readonly string[];
}

function addressOf({ peer, forwarded, proxies = [] }: Case): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientAddress(
    { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage,
    compileRanges(proxies),
  );
}

const proxies = ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'];

describe('clientAddress', () => {
  it.each<[string, Case, string]>([
    ['the peer without a header', { peer: '203.0.113.5', proxies }, '203.0.113.5'],
    [
      'the peer when nobody is trusted, whatever it says',
      { peer: '203.0.113.5', forwarded: '198.51.100.1' },
      '203.0.113.5',
    ],
    [
      'the peer when it is not trusted',
      { peer: '203.0.113.5', forwarded: '198.51.100.1', proxies },
      '203.0.113.5',
    ],
    ['whom a trusted peer names', { peer: '10.0.0.1', forwarded: '198.51.100.1', proxies }, '198.51.100.1'],
    [
      'the rightmost that is not trusted, not what the client claims',
      { peer: '10.0.0.1', forwarded: '1.1.1.1, 198.51.100.1', proxies },
      '198.51.100.1',
    ],
    [
      'whom a chain of trusted proxies names',
      { peer: '10.0.0.1', forwarded: '198.51.100.1, 192.0.2.7,10.9.9.9', proxies },
      '198.51.100.1',
    ],
    [
      'the leftmost when all are trusted',
      { peer: '10.0.0.1', forwarded: '10.0.0.3, 10.0.0.2', proxies },
      '10.0.0.3',
    ],
    [
      'the last good one when a proxy names nonsense',
      { peer: '10.0.0.1', forwarded: '198.51.100.1, nonsense', proxies },
      '10.0.0.1',
    ],
    ['an IPv6 client', { peer: '2001:db8::1', forwarded: '2001:db9::5', proxies }, '2001:db9::5'],
    [
      'an IPv4 peer of an IPv6 socket',
      { peer: '::ffff:10.0.0.1', forwarded: '198.51.100.1', proxies },
      '198.51.100.1',
    ],
  ])('is %s', (_what, given, expected) => {
    expect(addressOf(given)).toBe(expected);
  });

  it.each(['', 'proxy.example.org', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/x', '10.0.0/8', '/8'])(
    'trusts nobody for the entry "%s"',
    (entry) => {
      expect(addressOf({ peer: '10.0.0.1', forwarded: '198.51.100.1', proxies: [entry] })).toBe('10.0.0.1');
    },
  );
});
