/** Decides which addresses, headers and ranges of outbound requests are wrong already in the file. */
import ipaddr from 'ipaddr.js';
import { hasTemplate, literalStart } from '../triggers/template.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';

// RFC 9110 §5.6.2, token.
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** An address must be HTTP, as far as it is no template. */
export function checkUrl(path: KeyPath, url: string): readonly Problem[] {
  const start = literalStart(url);
  const isGood = hasTemplate(url) ? start === '' || /^https?:\/\//i.test(start) : isHttp(url);
  return isGood ? [] : [fault(path, 'expected an address that begins with http:// or https://')];
}

/** Header names must be names, and literal values hold no line end. */
export function checkHeaders(
  path: KeyPath,
  headers: Readonly<Record<string, unknown>> | undefined,
): readonly Problem[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) => {
    if (!HEADER_NAME.test(name)) return [fault([...path, name], 'is no header name')];
    const isBroken = typeof value === 'string' && /[\r\n\0]/.test(value);
    return isBroken ? [fault([...path, name], 'a header holds no line end and no NUL')] : [];
  });
}

/** Names of headers must be names. */
export function checkHeaderNames(path: KeyPath, names: readonly string[] | undefined): readonly Problem[] {
  return (names ?? []).flatMap((name, index) =>
    HEADER_NAME.test(name) ? [] : [fault([...path, index], 'is no header name')],
  );
}

/** Ranges must be addresses with or without a prefix length. */
export function checkRanges(path: KeyPath, ranges: readonly string[] | undefined): readonly Problem[] {
  return (ranges ?? []).flatMap((range, index) => {
    const isRange = range.includes('/') ? ipaddr.isValidCIDR(range) : ipaddr.isValid(range);
    return isRange ? [] : [fault([...path, index], 'expected an address range such as "10.0.0.0/8"')];
  });
}

function isHttp(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && (parsed.protocol === 'http:' || parsed.protocol === 'https:');
}
