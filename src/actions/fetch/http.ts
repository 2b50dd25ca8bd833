/** Decides how `http_get` and `http_post` fetch: one request, and only a 2xx answer is data. */
import type { FetchSpec } from '../../core/action.ts';
import { shown } from '../../core/shown.ts';
import type { Outbound, OutboundRequest } from '../../net/fetch.ts';
import { merged } from '../headers.ts';
import { renderAll } from '../render.ts';
import { renderUrl } from '../url.ts';
import type { RunValues } from '../values.ts';
import type { FetchedBytes } from './parse.ts';

/** What an HTTP fetch works with. */
export interface HttpFetch {
  readonly spec: FetchSpec;
  readonly values: RunValues;
  readonly outbound: Pick<Outbound, 'send'>;
  readonly signal: AbortSignal;
}

/** Sends the request of a spec that has a URL. A redirect is a failure: nobody vetted where it leads. */
export async function fetchHttp(fetch: HttpFetch): Promise<FetchedBytes> {
  const built = await buildRequest(fetch);
  if (!built.ok) return built;
  const answer = await fetch.outbound.send(built.request);
  if (answer.kind !== 'response') return { ok: false, reason: answer.reason };
  if (answer.status < 200 || answer.status >= 300) return { ok: false, reason: `HTTP ${answer.status}` };
  // Never decoded, so that no small answer becomes a large one; no request asks for one that would have to be.
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return { ok: false, reason: `the answer is compressed (${shown(encoding)})` };
  return { ok: true, bytes: answer.body };
}

type Built =
  { readonly ok: true; readonly request: OutboundRequest } | { readonly ok: false; readonly reason: string };

async function buildRequest({ spec, values, signal }: HttpFetch): Promise<Built> {
  const url = await renderUrl(spec.url ?? '', values);
  if (!url.ok) return { ok: false, reason: `url: ${url.reason}` };
  const body = spec.body === undefined ? undefined : await values.render(spec.body);
  if (body?.ok === false) return { ok: false, reason: `body: ${body.reason}` };
  const own = await renderAll('header', spec.headers, values);
  if (!own.ok) return own;
  const headers = merged([body === undefined ? {} : { 'content-type': 'application/json' }, own.texts]);
  const { timeoutMs, maxBytes, allowPrivate } = spec;
  const method = spec.kind === 'http_post' ? 'POST' : 'GET';
  const request = { url: url.text, method, headers, timeoutMs, maxBytes, allowPrivate, signal };
  return { ok: true, request: body === undefined ? request : { ...request, body: Buffer.from(body.text) } };
}
