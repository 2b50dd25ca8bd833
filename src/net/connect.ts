/** Decides where the connection of a request goes: to a vetted address, and nowhere its peer should not be. */

import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import type { buildConnector } from 'undici';
import { AppError } from '../core/errors.ts';
import { isAllowed } from './address.ts';
import { blockedReason } from './guard.ts';

export interface PinOptions {
  /** Undici's own connector, handed over so that this file need not load it. */
  readonly build: typeof buildConnector;
  /** What `vetHost` let through. */
  readonly addresses: readonly string[];
  readonly allowPrivate: readonly string[];
  readonly connectTimeoutMs: number;
}

/**
 * A connector that resolves nothing: the name only serves TLS. The certificate is checked against the host of the URL,
 * whatever a `Host` header says. A peer that is not allowed ends as `denied` before a byte of the request is sent.
 */
export function pinnedConnector({
  build,
  addresses,
  allowPrivate,
  connectTimeoutMs,
}: PinOptions): buildConnector.connector {
  const connect = build({
    lookup: answering(addresses),
    timeout: connectTimeoutMs,
    allowH2: false,
    maxCachedSessions: 0,
  });
  return function connectPinned({ hostname, host, protocol, port }, callback) {
    connect({ hostname, protocol, port, ...(host !== undefined && { host }) }, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      const peer = socket.remoteAddress ?? 'unknown';
      if (isAllowed(peer, allowPrivate)) return callback(null, socket);
      socket.destroy();
      callback(new AppError('denied', blockedReason(hostname, [peer])), null);
    });
  };
}

/** Node asks this in place of the resolver, and tries what it gets one after the other. */
function answering(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return function answer(_hostname, options, callback) {
    const [first] = answers;
    if (options.all === true || first === undefined) callback(null, answers);
    else callback(null, first.address, first.family);
  };
}
