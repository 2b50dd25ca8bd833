/** Holds the signed URL to what its sender called, whoever stands between. */
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { originOf } from '../../src/server/origin.ts';

type Incoming = Parameters<typeof originOf>[0];

function incoming(headers: IncomingMessage['headers'], remoteAddress = '10.0.0.9'): Incoming {
  return {
    headers: { host: 'a.example:9876', ...headers },
    socket: { remoteAddress },
  };
}

const isTrusted = (address: string): boolean => address === '10.0.0.9';
const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hooks.example.com' };

test.each<[string, Incoming, string | undefined, string]>([
  ['the Host header, over plain HTTP', incoming({}), undefined, 'http://a.example:9876'],
  [
    'the Host header, over TLS',
    { headers: incoming({}).headers, socket: { remoteAddress: '192.0.2.1', encrypted: true } },
    undefined,
    'https://a.example:9876',
  ],
  ['what a trusted proxy says', incoming(forwarded), undefined, 'https://hooks.example.com'],
  [
    'the first of several proxies',
    incoming({ ...forwarded, 'x-forwarded-proto': 'https, http' }),
    undefined,
    'https://hooks.example.com',
  ],
  ['as much as it says', incoming({ 'x-forwarded-proto': 'https' }), undefined, 'https://a.example:9876'],
  ['not what anybody else says', incoming(forwarded, '192.0.2.1'), undefined, 'http://a.example:9876'],
  [
    'a trusted proxy over IPv6',
    incoming(forwarded, '::ffff:10.0.0.9'),
    undefined,
    'https://hooks.example.com',
  ],
  [
    'what is configured, whoever says what',
    incoming(forwarded),
    'https://b.example/untether',
    'https://b.example/untether',
  ],
])('is %s', (_what, ...[request, publicUrl, expected]) => {
  expect(originOf(request, publicUrl, isTrusted)).toBe(expected);
});
