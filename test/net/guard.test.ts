/** Promises about URLs and names, before anything is connected. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkUrl, systemResolve, vetHost } from '../../src/net/guard.ts';
import { headerFault, methodFault } from '../../src/net/headers.ts';

const refusals: readonly (readonly [string, string | RegExp])[] = [
  ['ftp://example.com/', "Scheme 'ftp' not allowed; permitted: http, https"],
  ['file:///etc/passwd', "Scheme 'file' not allowed; permitted: http, https"],
  ['javascript:alert(1)', "Scheme 'javascript' not allowed; permitted: http, https"],
  ['http://', 'URL has no hostname'],
  ['https://?q', 'URL has no hostname'],
  ['http://:80/', 'URL has no hostname'],
  ['http://./', 'URL has no hostname'],
  ['example.com/path', 'URL is not valid'],
  ['', 'URL is not valid'],
  ['http://[::1', 'URL is not valid'],
  ['http://999.1.1.1/', 'URL is not valid'],
  ['http://user@127.0.0.1/', 'URL holds a user name or password; send them in a header instead'],
  ['http://:secret@example.com/', 'URL holds a user name or password; send them in a header instead'],
  [`http://${'a'.repeat(64)}.example/`, /^Host name has a label of more than 63 characters: 'a{20}…'$/],
  [`http://${'a'.repeat(64)}./`, /^Host name has a label of more than 63/],
  [`http://${'a.'.repeat(127)}b/`, 'Host name is longer than 253 characters'],
];

test.each(refusals)('%s is refused', (url, reason) => {
  expect(checkUrl(url)).toEqual({
    kind: 'refused',
    reason: reason instanceof RegExp ? expect.stringMatching(reason) : reason,
  });
});

test.each([
  ['http://2130706433/', '127.0.0.1'],
  ['http://0x7f.1/', '127.0.0.1'],
  ['http://127.1/', '127.0.0.1'],
  ['http://017700000001/', '127.0.0.1'],
  ['http://①②⑦.0.0.1/', '127.0.0.1'],
  ['http://[::ffff:7f00:1]/', '::ffff:7f00:1'],
  ['http://[::127.0.0.1]/', '::7f00:1'],
])('%s means %s, and is blocked without asking anybody', async (url, hostname) => {
  const checked = checkUrl(url);
  expect(checked).toMatchObject({ kind: 'fine', hostname });
  const vetting = await vetHost(hostname, {
    allowPrivate: [],
    resolve: () => Promise.reject(new Error('asked')),
  });
  expect(vetting).toEqual({
    kind: 'refused',
    reason: `Blocked: ${hostname} resolves to private/reserved range`,
  });
});

test.each(['localhost', 'LOCALHOST', 'localhost.'])('%s is not let through', async (hostname) => {
  const vetting = await vetHost(hostname, { allowPrivate: [], resolve: systemResolve });
  expect(vetting.kind).not.toBe('vetted');
});

const answer = (...addresses: readonly string[]) => ({
  allowPrivate: ['192.168.0.0/16'],
  resolve: async () => addresses,
});

test('one private address among public ones is enough to refuse a name', async () => {
  expect(await vetHost('both.example', answer('8.8.8.8', '10.0.0.1', '2606:4700::1'))).toEqual({
    kind: 'refused',
    reason: 'Blocked: both.example resolves to private/reserved range: 10.0.0.1',
  });
  expect(await vetHost('private.example', answer('10.0.0.1', '::1'))).toEqual({
    kind: 'refused',
    reason: "All resolved addresses for 'private.example' are blocked: 10.0.0.1, ::1",
  });
});

test('a name whose addresses are all public or opened is bound to just those', async () => {
  expect(await vetHost('fine.example', answer('8.8.8.8', '192.168.1.1'))).toEqual({
    kind: 'vetted',
    addresses: ['8.8.8.8', '192.168.1.1'],
  });
});

test('a name that does not resolve is a failure that may pass, not a refusal', async () => {
  const failing = { allowPrivate: [], resolve: () => Promise.reject(new Error('queryA ETIMEOUT')) };
  expect(await vetHost('gone.example', failing)).toEqual({
    kind: 'unresolved',
    reason: "DNS resolution failed for 'gone.example': queryA ETIMEOUT",
  });
  expect(await vetHost('empty.example', answer())).toMatchObject({ kind: 'unresolved' });
});

test('no header value can end its line, whatever surrounds the break', () => {
  const text = fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  });
  fc.assert(
    fc.property(text, fc.constantFrom('\r', '\n', '\0', '\r\n'), text, (before, end, after) => {
      expect(headerFault({ 'X-Key': before + end + after })).toBe(
        "Header 'X-Key' has a line break or NUL in its value",
      );
    }),
  );
});

test.each([
  [{ 'X-Name': 'a b\tc', authorization: 'Bearer x~', 'x-latin': 'é' }, undefined],
  [{ 'X-Key': 'snow ☃' }, "Header 'X-Key' has a character in its value that headers cannot carry"],
  [{ 'X-Key': 'a\x07' }, "Header 'X-Key' has a character in its value that headers cannot carry"],
  [{ 'X Key': 'a' }, "Header name 'X Key' is not valid"],
  [{ 'X-Key:': 'a' }, "Header name 'X-Key:' is not valid"],
  [{ 'a\r\nb': 'a' }, "Header name 'a\\r\\nb' is not valid"],
  [{ '': 'a' }, "Header name '' is not valid"],
  [{ 'Transfer-Encoding': 'chunked' }, "Header 'Transfer-Encoding' is set by the connection itself"],
  [{ 'content-length': '3' }, "Header 'content-length' is set by the connection itself"],
  [{ Host: 'a', host: 'b' }, "Header 'host' is given twice"],
])('headers %j: %s', (headers, fault) => {
  expect(headerFault(headers as Record<string, string>)).toBe(fault);
});

test.each([
  ['GET', undefined],
  ['PATCH', undefined],
  ['PROPFIND', undefined],
  ['CONNECT', "Method 'CONNECT' not allowed"],
  ['trace', "Method 'trace' not allowed"],
  ['GET / HTTP/1.1\r\n', "Method 'GET / HTTP/1.1\\r\\n' is not valid"],
  ['', "Method '' is not valid"],
])('method %j: %s', (method, fault) => {
  expect(methodFault(method)).toBe(fault);
});
