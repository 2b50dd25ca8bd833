/**
 * Decides how a batch of spans gets to a collector: OTLP over HTTP, as JSON, tried again where the collector asks for that.
 *
 * Not by OpenTelemetry's own exporter: that adds headers and certificates which the environment names, to whatever address
 * the configuration has, and goes on trying after it was shut down.
 */
import { pause } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { retryAfterMs } from '../../core/retry-after.ts';
import type { TelemetrySettings } from '../../core/snapshot.ts';

/** What became of a batch: it is with the collector, or lost. */
export type Posted = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** How an attempt ended; `again`: it may be repeated, after so long if the collector says so. */
type Answer = Posted & { readonly again?: { readonly afterMs?: number } };

/** What posting takes. */
export interface PostDeps {
  readonly settings: Pick<TelemetrySettings, 'url' | 'headers' | 'timeoutMs'>;
  readonly clock: Clock;
  /** Aborted: no more waiting. */
  readonly stop: AbortSignal;
}

// OTLP/HTTP: these alone may be repeated (opentelemetry.io/docs/specs/otlp, Retryable Response Codes).
const RETRYABLE: readonly number[] = [429, 502, 503, 504];
const FIRST_WAIT_MS = 1_000;
// An answer is an empty object, or a sentence.
const MOST_BYTES = 65_536;

/** Posts a batch until it is taken, or for as long as a batch is tried. Never rejects. */
export async function post(body: Uint8Array<ArrayBuffer>, deps: PostDeps): Promise<Posted> {
  const { clock, settings, stop } = deps;
  const endsAt = clock.monotonic() + settings.timeoutMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    const answer = await attempt(body, deps, endsAt - clock.monotonic());
    if (answer.ok) return answer;
    const nextMs = answer.again === undefined ? Infinity : (answer.again.afterMs ?? waitMs);
    if (clock.monotonic() + nextMs >= endsAt || stop.aborted) return { ok: false, reason: answer.reason };
    await pause(clock, nextMs, stop);
  }
}

/**
 * One request. It goes past the guard of outbound requests: the address is the operator's own word, usually the machine
 * itself or its private network, and nothing that a sender says is part of it. Redirects are not followed all the same, as
 * they would take the headers along.
 */
async function attempt(
  body: Uint8Array<ArrayBuffer>,
  { settings: { url, headers }, clock, stop }: PostDeps,
  withinMs: number,
): Promise<Answer> {
  const cut = new AbortController();
  const cancel = clock.after(withinMs, () => {
    cut.abort();
  });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...revealed(headers), 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stop, cut.signal]),
    });
    await readBody(response);
    return answerOf(response, clock.now());
  } catch (error) {
    return { ok: false, reason: cut.signal.aborted ? 'it does not answer' : reasonOf(error), again: {} };
  } finally {
    cancel();
  }
}

function answerOf({ ok, status, headers }: Response, nowMs: number): Answer {
  if (ok) return { ok };
  const reason = `it answers ${status}`;
  if (!RETRYABLE.includes(status)) return { ok: false, reason };
  const afterMs = retryAfterMs(headers.get('retry-after') ?? undefined, nowMs);
  return { ok: false, reason, again: afterMs === undefined ? {} : { afterMs } };
}

/** To its end, so that the connection serves the next batch too; a body of no end is left. */
async function readBody({ body }: Response): Promise<void> {
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > MOST_BYTES) return;
  }
}

/** Names in lower case, so that ours replace equal ones. */
function revealed(headers: TelemetrySettings['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].map(([name, secret]) => [name.toLowerCase(), secret.reveal()]));
}

/** `fetch` says only that it failed; what failed is the cause or, of a name with several addresses, the first of the causes. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown };
  const [first = cause] = cause instanceof AggregateError ? (cause.errors as readonly unknown[]) : [];
  return messageOf(first);
}
