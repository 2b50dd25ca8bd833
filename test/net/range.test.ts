/** Promises about how addresses and ranges are read. */
import { describe, expect, test } from 'vitest';
import { isLoopback, isWithin, parseAddress, parseRange } from '../../src/net/range.ts';

function holds(range: string, address: string): boolean {
  return isWithin(parseAddress(address)!, parseRange(range)!);
}

describe('a range', () => {
  test.each(['10.0.0.0/8', '10.0.0.1', '0.0.0.0/0', '2001:db8::/32', '::1', '::ffff:10.0.0.0/104', '::/0'])(
    '%s is one',
    (text) => expect(parseRange(text)).toBeDefined(),
  );

  test.each([
    ...['', '/', '/8', '10', '10.1', '10/8', '10.1/16', '0x7f.1/8', '0x7f.0.0.1', '2130706433', '010.0.0.1'],
    ...['10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/x', '10.0.0.0/8/8', '10.0.0.0/255.0.0.0'],
    ...['10.0.0.0 /8', ' 10.0.0.0/8', '::/129', '::1::', '[::1]', 'localhost', 'proxy.example.org'],
  ])('%j is none', (text) => expect(parseRange(text)).toBeUndefined());

  test('holds the addresses that agree in its bits, and no others', () => {
    expect(holds('10.0.0.0/8', '10.255.0.1')).toBe(true);
    expect(holds('10.0.0.0/8', '11.0.0.0')).toBe(false);
    expect(holds('192.0.2.7', '192.0.2.7')).toBe(true);
    expect(holds('192.0.2.7', '192.0.2.8')).toBe(false);
    expect(holds('2001:db8::/32', '2001:db8:ffff::1')).toBe(true);
    expect(holds('2001:db8::/32', '2001:db9::')).toBe(false);
    expect(holds('0.0.0.0/0', '::1')).toBe(false);
  });

  test('holds an IPv4 address as an IPv6 socket shows it, and not one that merely looks alike', () => {
    expect(holds('10.0.0.0/8', '::ffff:10.0.0.1')).toBe(true);
    expect(holds('10.0.0.0/8', '::10.0.0.1')).toBe(false);
  });
});

describe('loopback', () => {
  test.each(['127.0.0.1', '127.5.6.7', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])('is %s', (address) =>
    expect(isLoopback(address)).toBe(true),
  );

  test.each([
    ...['0.0.0.0', '::', '', 'localhost', '128.0.0.1', '10.127.0.0', '127.0.0.1.example.org', '127.1'],
    ...['::2', '::127.0.0.1', '::ffff:10.0.0.1'],
  ])('is not %j', (address) => expect(isLoopback(address)).toBe(false));
});
