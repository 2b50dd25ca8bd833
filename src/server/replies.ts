/** Decides what a sender is told: one row per verdict on a request, with its status and its word. */
import type { HandshakeAnswer } from '../core/trigger.ts';

/** How a request to a webhook can end; the keys are the verdicts that events and measures carry. */
export const replies = {
  accepted: { status: 202, body: { status: 'accepted' } },
  duplicate: { status: 200, body: { status: 'duplicate' } },
  handshake: { status: 200, body: { status: 'handshake' } },
  filtered: { status: 200, body: { status: 'filtered' } },
  invalid: { status: 400, body: { error: 'invalid json' } },
  malformed: { status: 400, body: { error: 'invalid multipart' } },
  misplaced: { status: 400, body: { error: 'invalid file path' } },
  unauthorized: { status: 401, body: { error: 'unauthorized' } },
  not_found: { status: 404, body: { error: 'not found' } },
  wrong_method: { status: 405, body: { error: 'method not allowed' } },
  too_slow: { status: 408, body: { error: 'timeout' } },
  conflict: { status: 409, body: { error: 'conflict' } },
  too_large: { status: 413, body: { error: 'payload too large' } },
  file_too_large: { status: 413, body: { error: 'file too large' } },
  too_many_parts: { status: 413, body: { error: 'too many parts' } },
  rate_limited: { status: 429, body: { error: 'rate limited' } },
  throttled: { status: 429, body: { error: 'rate limited' } },
  queue_full: { status: 429, body: { error: 'queue full' } },
  failed: { status: 500, body: { error: 'internal error' } },
  paused: { status: 503, body: { error: 'paused' } },
  draining: { status: 503, body: { error: 'draining' } },
  unavailable: { status: 503, body: { error: 'unavailable' } },
} as const;

/** What a webhook request comes to. */
export type ReplyKind = keyof typeof replies;

/** One answer as it goes onto the wire. */
export interface Reply {
  readonly status: number;
  /** JSON text, ASCII only; of a handshake whatever the provider asked for. */
  readonly body: string;
  /** Names and values in turn, as `writeHead` takes them; holds the type and the length of the body. */
  readonly headers: readonly string[];
}

/** What varies between two replies of a kind. */
export interface ReplyDetail {
  readonly run?: string;
  readonly headers?: readonly string[];
}

/** The reply of this kind, naming the run where there is one. */
export function replyOf(kind: ReplyKind, { run, headers = [] }: ReplyDetail = {}): Reply {
  const { status, body } = replies[kind];
  return jsonReply(status, run === undefined ? body : { ...body, run }, headers);
}

/** The reply to what was taken in; written out, as it is the one that must be fast. */
export function acceptedReply(run: string): Reply {
  const body = `{"status":"accepted","run":"${run}"}`;
  return {
    status: replies.accepted.status,
    body,
    headers: [
      'Content-Type',
      'application/json',
      'Content-Length',
      String(body.length),
      'Location',
      `/-/runs/${run}`,
    ],
  };
}

/** What a provider asked to hear; its browser-facing type is not to be guessed. */
export function handshakeReply({ status, contentType, body }: HandshakeAnswer): Reply {
  const typed = ['Content-Type', contentType, 'Content-Length', String(Buffer.byteLength(body))];
  return {
    status,
    body,
    headers: [...(body === '' ? [] : typed), 'X-Content-Type-Options', 'nosniff'],
  };
}

/** `Retry-After` in whole seconds, at least one (RFC 9110 §10.2.3). */
export function retryAfter(waitMs: number): readonly string[] {
  return ['Retry-After', String(Math.max(1, Math.ceil(waitMs / 1_000)))];
}

function jsonReply(status: number, value: object, headers: readonly string[]): Reply {
  const body = JSON.stringify(value);
  return {
    status,
    body,
    headers: ['Content-Type', 'application/json', 'Content-Length', String(body.length), ...headers],
  };
}
