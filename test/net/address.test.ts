/** Promises about which addresses are the public internet. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAllowed } from '../../src/net/address.ts';

const blocked = {
  'this network': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', 'fc00::1', 'fdff::1'],
  'shared (carrier NAT)': ['100.64.0.1', '100.127.255.255'],
  "link-local, with the clouds' metadata": ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  'site-local': ['fec0::1', 'feff::1'],
  'protocol assignments': ['192.0.0.1', '192.0.0.170', '2001::1', '2001:2::1', '2001:10::1', '2001:20::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1', '3fff:fff:ffff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255'],
  '6to4 relays': ['192.88.99.1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  reserved: ['240.0.0.1', '255.255.255.255', '100::1', '4000::1', '5f00::1', 'e000::1', '::2:3:4'],
  mapped: [
    '::ffff:127.0.0.1',
    '::ffff:100.64.0.1',
    '::ffff:0.0.0.0',
    '::ffff:224.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
  ],
  translated: ['::ffff:0:127.0.0.1'],
  compatible: ['::127.0.0.1', '::10.0.0.1', '::8.8.8.8'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b::8.8.8.8', '64:ff9b:1::1'],
  '6to4': ['2002:7f00:1::', '2002:a00:1::1', '2002:808:808::1'],
  Teredo: ['2001:0:7f00:1::1'],
};

describe.each(Object.entries(blocked))('%s addresses are not public', (_range, addresses) => {
  test.each(addresses)('%s', (address) => expect(isAllowed(address, [])).toBe(false));
});

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '198.17.255.255',
  '2606:4700::1111',
  '2a00:1450:4001::1',
  '2001:4860:4860::8888',
  '2003::1',
])('%s is public', (address) => expect(isAllowed(address, [])).toBe(true));

test.each([
  '',
  'localhost',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '1.2.3.4.5',
  '010.8.8.8',
  '8.8.8.8 ',
  '[::1]',
  '8.8.8.8/32',
  'fe80::1%',
])('%j is no address, so not allowed, whatever is opened', (text) =>
  expect(isAllowed(text, ['0.0.0.0/0', '::/0', text])).toBe(false),
);

test('a private IPv4 address stays private in every dress IPv6 has for it', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const address = fc.oneof(
    fc.tuple(fc.constant(10), octet, octet, octet),
    fc.tuple(fc.constant(127), octet, octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
  );
  fc.assert(
    fc.property(address, ([a, b, c, d]) => {
      const plain = [a, b, c, d].join('.');
      const hex = [a * 256 + b, c * 256 + d].map((part) => part.toString(16)).join(':');
      for (const dress of [
        plain,
        `::ffff:${plain}`,
        `::${plain}`,
        `::ffff:0:${plain}`,
        `64:ff9b::${plain}`,
        `2002:${hex}::1`,
        `::ffff:${hex}`,
      ])
        expect(isAllowed(dress, [])).toBe(false);
    }),
  );
});

test('what the operator opens is open, and nothing beside it', () => {
  const open = ['10.0.0.0/8', '192.168.1.5', 'fd00:1::/32', 'nonsense', '10.0.0.0/99', ''];
  expect(
    ['10.255.0.1', '192.168.1.5', 'fd00:1::9', '::ffff:10.0.0.1', '8.8.8.8'].map((each) =>
      isAllowed(each, open),
    ),
  ).toEqual(Array(5).fill(true));
  const others = [
    '192.168.1.6',
    'fd00:2::1',
    '127.0.0.1',
    '64:ff9b::a00:1',
    '::10.0.0.1',
    '2002:a00:1::1',
    '::ffff:11.0.0.1',
  ];
  expect(others.filter((each) => isAllowed(each, open))).toEqual([]);
});
