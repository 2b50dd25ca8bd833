/** Decides which method and headers a request may carry; nothing in a value may end the line and begin another. */

/** A token of RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const BREAKS = /[\r\n\0]/;
/** A field value of RFC 9110, 5.5: visible, space, tab, and the upper half of Latin-1. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What belongs to the connection (RFC 9110, 7.6.1) or is counted from the body, so is never a caller's to set. */
const OWN = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The reason why a method cannot be sent, or nothing. CONNECT and TRACE are no requests for a resource. */
export function methodFault(method: string): string | undefined {
  if (!TOKEN.test(method)) return `Method '${shown(method)}' is not valid`;
  return /^(?:connect|trace)$/i.test(method) ? `Method '${method}' not allowed` : undefined;
}

/** The reason why a set of headers cannot be sent, naming the first header at fault, but never its value: it may be a secret. */
export function headerFault(headers: Readonly<Record<string, string>>): string | undefined {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const fault = nameFault(name, seen) ?? valueFault(name, value);
    if (fault !== undefined) return fault;
    seen.add(name.toLowerCase());
  }
  return undefined;
}

function nameFault(name: string, seen: ReadonlySet<string>): string | undefined {
  if (!TOKEN.test(name)) return `Header name '${shown(name)}' is not valid`;
  if (OWN.has(name.toLowerCase())) return `Header '${name}' is set by the connection itself`;
  return seen.has(name.toLowerCase()) ? `Header '${name}' is given twice` : undefined;
}

function valueFault(name: string, value: string): string | undefined {
  if (BREAKS.test(value)) return `Header '${name}' has a line break or NUL in its value`;
  return VALUE.test(value)
    ? undefined
    : `Header '${name}' has a character in its value that headers cannot carry`;
}

/** Foreign text for a message: control characters visible, cut. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40)).slice(1, -1);
}
