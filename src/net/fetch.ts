/** Decides how a request goes out to the world: checked before, bound in address, time and size, and never thrown. */

import type { Dispatcher } from 'undici';
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { pinnedConnector } from './connect.ts';
import { Cut } from './cut.ts';
import type { CutKind, CutReason } from './cut.ts';
import { failureReason, isConnectTimeout } from './failure.ts';
import { checkUrl, systemResolve, vetHost } from './guard.ts';
import type { Resolve } from './guard.ts';
import { headerFault, methodFault } from './headers.ts';

export interface OutboundRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** For everything: resolving, connecting, sending, and the whole answer. */
  readonly timeoutMs: number;
  /** What the answer's body may measure. */
  readonly maxBytes: number;
  /** Address ranges that may be reached though they are not public ("10.0.0.0/8"). */
  readonly allowPrivate: readonly string[];
  readonly signal?: AbortSignal;
}

/** How a request ended. */
export type OutboundResult =
  /** The server answered, with whatever status; redirects (3xx) are not followed and come back as they are. */
  | {
      readonly kind: 'response';
      readonly status: number;
      /** Names in lower case; a header given several times is joined by commas. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  /** It may not be sent, and trying again changes nothing: a bad URL or header, an address that is not allowed. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It did not work this time; `cut` when this side ended it. */
  | { readonly kind: 'failed'; readonly reason: string; readonly cut?: CutKind };

/** The one way out. */
export interface Outbound {
  /** Never throws and never rejects. */
  send(request: OutboundRequest): Promise<OutboundResult>;
  /** Aborts what is under way; later requests fail. */
  close(): Promise<void>;
}

export interface OutboundOptions {
  readonly resolve?: Resolve;
  readonly clock?: Clock;
}

/** A connection that nobody answers is given up after this long, or earlier with the request. */
const CONNECT_TIMEOUT_MS = 10_000;
const CLOSED: CutReason = { cut: 'aborted', reason: 'the service is stopping' };

/**
 * Each request has a connection of its own: one kept open would carry what one trigger may reach to another that may
 * not, and a server closing it at the wrong moment would fail a request that must not be sent twice.
 */
export function createOutbound({
  resolve = systemResolve,
  clock = systemClock,
}: OutboundOptions = {}): Outbound {
  return new Exchanges(resolve, clock);
}

interface Destination {
  readonly url: URL;
  readonly hostname: string;
}

class Exchanges implements Outbound {
  readonly #resolve: Resolve;
  readonly #clock: Clock;
  readonly #cuts = new Set<Cut>();
  #isClosed = false;

  constructor(resolve: Resolve, clock: Clock) {
    this.#resolve = resolve;
    this.#clock = clock;
  }

  async send(request: OutboundRequest): Promise<OutboundResult> {
    const fault = methodFault(request.method) ?? headerFault(request.headers);
    if (fault !== undefined) return { kind: 'refused', reason: fault };
    const checked = checkUrl(request.url);
    if (checked.kind === 'refused') return checked;
    using cut = new Cut(this.#clock, request.timeoutMs, request.signal);
    this.#cuts.add(cut);
    if (this.#isClosed) cut.now(CLOSED);
    try {
      return await Promise.race([cut.reason.then(cutShort), this.#exchange(request, checked, cut)]);
    } catch (error) {
      return failed(error);
    } finally {
      this.#cuts.delete(cut);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cut of this.#cuts) cut.now(CLOSED);
  }

  async #exchange(
    request: OutboundRequest,
    { url, hostname }: Destination,
    cut: Cut,
  ): Promise<OutboundResult> {
    const { allowPrivate } = request;
    const vetting = await vetHost(hostname, { allowPrivate, resolve: this.#resolve });
    if (vetting.kind === 'refused') return vetting;
    if (vetting.kind === 'unresolved') return { kind: 'failed', reason: vetting.reason };
    // Loaded with the first request: many services never send one.
    // A package in CommonJS that is loaded late has only a default in a bundle.
    const { Client, buildConnector } = (await import('undici')).default;
    if (cut.signal.aborted) return cutShort(await cut.reason);
    const connect = pinnedConnector({
      build: buildConnector,
      addresses: vetting.addresses,
      allowPrivate,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    });
    const client = new Client(url.origin, {
      connect,
      pipelining: 0,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // A signal alone is not heard before there is a connection; what is being connected is then closed unused.
    const destroy = (): void => void client.destroy();
    cut.signal.addEventListener('abort', destroy, { once: true });
    try {
      return await receive(await client.request(toUndici(request, url, cut.signal)), request, cut);
    } finally {
      destroy();
    }
  }
}

function toUndici(
  { method, headers, body }: OutboundRequest,
  url: URL,
  signal: AbortSignal,
): Dispatcher.RequestOptions {
  return {
    path: url.pathname + url.search,
    method,
    headers: { ...headers },
    body: body ?? null,
    signal,
  };
}

async function receive(
  answer: Dispatcher.ResponseData,
  { method, maxBytes }: OutboundRequest,
  cut: Cut,
): Promise<OutboundResult> {
  const headers = joined(answer.headers);
  const chunks: Uint8Array[] = [];
  // The answer to HEAD tells a length and sends nothing.
  if (method !== 'HEAD' && Number(headers['content-length'] ?? 0) > maxBytes) return tooLarge(cut, maxBytes);
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return tooLarge(cut, maxBytes);
    chunks.push(chunk);
  }
  return { kind: 'response', status: answer.statusCode, headers, body: Buffer.concat(chunks, bytes) };
}

function tooLarge(cut: Cut, maxBytes: number): OutboundResult {
  const reason: CutReason = { cut: 'too-large', reason: `the response is larger than ${maxBytes} bytes` };
  cut.now(reason);
  return cutShort(reason);
}

function joined(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function cutShort({ cut, reason }: CutReason): OutboundResult {
  return { kind: 'failed', reason, cut };
}

function failed(error: unknown): OutboundResult {
  if (error instanceof AppError && error.code === 'denied') return { kind: 'refused', reason: error.message };
  return { kind: 'failed', reason: failureReason(error), ...(isConnectTimeout(error) && { cut: 'timeout' }) };
}
