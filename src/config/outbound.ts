/** Decides which addresses, headers and ranges of outbound requests are wrong already in the file. */
import { headerFault } from '../net/headers.ts';
import { parseRange } from '../net/range.ts';
import { hasTemplate, literalStart } from '../triggers/template.ts';
import { fault } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';

// RFC 9110 §5.6.2, token.
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** An address must be HTTP, as far as it is no template, and hold no user: it is stored and logged as it is. */
export function checkUrl(path: KeyPath, url: string): readonly Problem[] {
  if (namesUser(url)) {
    const message =
      'holds a user name or a password: leave them out, and send an Authorization header whose value is a secret';
    return [fault(path, message)];
  }
  const start = literalStart(url);
  const isGood = hasTemplate(url) ? start === '' || /^https?:\/\//i.test(start) : isHttp(url);
  return isGood ? [] : [fault(path, 'expected an address that begins with http:// or https://')];
}

/** Headers must be such as a request can carry, as far as they are no template. */
export function checkHeaders(
  path: KeyPath,
  headers: Readonly<Record<string, unknown>> | undefined,
): readonly Problem[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]) => {
    if (!HEADER_NAME.test(name)) return [fault([...path, name], 'is no header name')];
    const isBroken = typeof value === 'string' && /[\r\n\0]/.test(value);
    if (isBroken) return [fault([...path, name], 'a header holds no line end and no NUL')];
    const refused = headerFault({ [name]: typeof value === 'string' && !hasTemplate(value) ? value : '' });
    return refused === undefined ? [] : [fault([...path, name], refused)];
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
  const message =
    'expected an address or a range, written in full: "10.0.0.0/8", "192.0.2.7" or "2001:db8::/32"';
  return (ranges ?? []).flatMap((range, index) =>
    parseRange(range) === undefined ? [fault([...path, index], message)] : [],
  );
}

/** Whether there is an "@" before the path, whatever placeholders stand around it (RFC 3986 §3.2.1). */
function namesUser(url: string): boolean {
  const filled = url.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, 'x');
  const { username, password } = URL.parse(filled) ?? { username: '', password: '' };
  return username !== '' || password !== '' || /^\s*https?:[/\\]*[^/\\?#]*@/i.test(filled);
}

function isHttp(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && (parsed.protocol === 'http:' || parsed.protocol === 'https:');
}
