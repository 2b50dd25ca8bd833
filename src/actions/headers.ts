/** Decides which headers go out with a request: those of the delivery that are wanted, below those configured. */

type Headers = Readonly<Record<string, string>>;

/**
 * They belong to one connection (RFC 9110 §7.6.1), name its other end, or describe the body as it was received: never
 * relayed, whatever the configuration asks for.
 */
const ofOneConnection: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** One set of headers, names in lower case; of two layers that name the same header the later wins. */
export function merged(layers: readonly Headers[]): Headers {
  const entries = layers.flatMap((layer) => Object.entries(layer));
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/** Those of a delivery's headers that are to be sent on. */
export function relayed(names: readonly string[], received: Headers): Headers {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const isRelayed = (name: string): boolean => wanted.has(name) && !ofOneConnection.has(name);
  return Object.fromEntries(Object.entries(received).filter(([name]) => isRelayed(name.toLowerCase())));
}
