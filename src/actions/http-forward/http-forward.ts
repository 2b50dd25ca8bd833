/** Decides what the `http_forward` action does: one request with the payload or a template. */
import type { HttpForwardAction } from '../../core/action.ts';
import type { Outbound, OutboundRequest, OutboundResult } from '../../net/fetch.ts';
import type { Action } from '../action.ts';
import type { ActionContext } from '../context.ts';
import { merged, relayed } from '../headers.ts';
import { ended, refused } from '../outcome.ts';
import { renderAll } from '../render.ts';
import { renderUrl } from '../url.ts';
import type { RunValues } from '../values.ts';
import { verdictOf } from './verdict.ts';

/** Forwards. A failure is one attempt's: whether another follows, of those that are worth one, is the run's policy. */
export function httpForwardAction(outbound: Pick<Outbound, 'send'>): Action<HttpForwardAction> {
  return {
    async execute(spec, context, values) {
      const built = await buildRequest(spec, context, values);
      if (!built.ok) return refused(`http_forward blocked: ${built.reason}`);
      const answer = await outbound.send(built.request);
      // An answer that came in spite of that still tells how it went.
      if (context.signal.aborted && answer.kind !== 'response') return ended();
      await record(built.request, answer, context);
      return verdictOf(answer, context.nowMs());
    },
  };
}

type Built =
  { readonly ok: true; readonly request: OutboundRequest } | { readonly ok: false; readonly reason: string };

async function buildRequest(
  spec: HttpForwardAction,
  context: ActionContext,
  values: RunValues,
): Promise<Built> {
  const { payload } = context.run;
  const url = await renderUrl(spec.url, values);
  if (!url.ok) return { ok: false, reason: `url: ${url.reason}` };
  const body = spec.body === undefined ? undefined : await values.render(spec.body);
  if (body?.ok === false) return { ok: false, reason: `body: ${body.reason}` };
  const own = await renderAll('header', spec.headers, values);
  if (!own.ok) return own;
  const relay = relayed(spec.relayHeaders, payload?.headers ?? {});
  const headers = merged([{ 'content-type': contentType(spec, context) }, relay, own.texts]);
  const { method, timeoutMs, maxBytes, allowPrivate } = spec;
  const data = body === undefined ? (payload?.body ?? new Uint8Array()) : Buffer.from(body.text);
  const request = { url: url.text, method, headers, body: data, timeoutMs, maxBytes, allowPrivate };
  return { ok: true, request: { ...request, signal: context.signal } };
}

/** A raw payload stays what its sender called it; a template is taken for JSON. Both give way to configured headers. */
function contentType(spec: HttpForwardAction, { run }: ActionContext): string {
  const received = spec.body === undefined ? (run.payload?.contentType ?? '') : '';
  return received === '' ? 'application/json' : received;
}

/** The place without its path and query, which may hold a token. */
async function record(
  request: OutboundRequest,
  answer: OutboundResult,
  { append }: ActionContext,
): Promise<void> {
  const place = URL.parse(request.url)?.host ?? 'nowhere';
  if (answer.kind !== 'response') return append(`${request.method} ${place}: ${answer.reason}`);
  const body = new TextDecoder().decode(answer.body);
  await append(`${request.method} ${place}: ${answer.status}${body === '' ? '' : `\n${body}`}`);
}
