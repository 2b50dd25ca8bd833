/** Decides what a call to Telegram that failed means: one closed union for whatever grammY or the network threw. */
import { messageOf } from '../core/errors.ts';

/** Why a call did not do what was asked. `reason` is a sentence for people; no token is in it. */
export type Failure =
  /** The token is none that Telegram knows. */
  | { readonly kind: 'unauthorized'; readonly reason: string }
  /** Somebody else gets the updates: another program that polls with this token, or a webhook. */
  | { readonly kind: 'conflict'; readonly with: 'poller' | 'webhook'; readonly reason: string }
  | { readonly kind: 'too_many'; readonly retryAfterMs: number; readonly reason: string }
  /**
   * Telegram, or something in front of it, is at fault. `isCertain`: it was Telegram itself (500), and nothing was done; what
   * a gateway cut off may have been done.
   */
  | { readonly kind: 'server'; readonly isCertain: boolean; readonly reason: string }
  /** No answer. `isCertain`: the request did not reach the server, so that nothing was done. */
  | { readonly kind: 'network'; readonly isCertain: boolean; readonly reason: string }
  /** Nothing came within the time allowed; what was asked for may have been done. */
  | { readonly kind: 'timeout'; readonly reason: string }
  /** Given up by the caller; what was asked for may have been done. */
  | { readonly kind: 'aborted'; readonly reason: string }
  /** The edit changes nothing. */
  | { readonly kind: 'not_modified'; readonly reason: string }
  /** There is no such message to edit, or none that can be. */
  | { readonly kind: 'gone'; readonly reason: string }
  /** No, for good: no such chat or topic, blocked, not allowed, malformed. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What a call to Telegram came to. */
export type Answered<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Errors of the system and of Node's fetch that happen before a request is on its way. */
const BEFORE_THE_REQUEST: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Telegram's wording (it has no finer codes than the status) for an edit of what cannot be edited. */
const GONE = [
  'message to edit not found',
  "message can't be edited",
  'message_id_invalid',
  'there is no text in the message to edit',
] as const;

/** Where Telegram says 429 without a time. */
const RETRY_AFTER_MS = 1_000;

/** What Telegram says no with. */
interface Refusal {
  readonly error_code: number;
  readonly description: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

/** The failure that something thrown by grammY stands for. */
export function failureOf(thrown: unknown): Failure {
  if (isRefusal(thrown)) return ofRefusal(thrown);
  const cause = innermost(thrown);
  const reason = masked(messageOf(cause));
  const code = textOf(cause, 'code');
  const isCertain =
    BEFORE_THE_REQUEST.has(code) || ['connect', 'getaddrinfo'].includes(textOf(cause, 'syscall'));
  return {
    kind: 'network',
    isCertain,
    reason: code === '' || reason.includes(code) ? reason : `${reason} (${code})`,
  };
}

/** The text without tokens: `bot123:…` in an address, as grammY's and Node's errors may hold it. */
export function masked(text: string): string {
  return text.replace(/\bbot(\d+)(?::|%3A)[\w%-]+/gi, 'bot$1:[secret]');
}

function ofRefusal({ error_code: code, description, parameters }: Refusal): Failure {
  const reason = masked(description);
  if (code === 401 || code === 404) return { kind: 'unauthorized', reason };
  if (code === 409) {
    return { kind: 'conflict', with: /webhook/i.test(description) ? 'webhook' : 'poller', reason };
  }
  if (code === 429) return { kind: 'too_many', retryAfterMs: retryAfterMs(parameters), reason };
  if (code >= 500) return { kind: 'server', isCertain: code === 500, reason };
  const wording = description.toLowerCase();
  if (wording.includes('message is not modified')) return { kind: 'not_modified', reason };
  if (GONE.some((part) => wording.includes(part))) return { kind: 'gone', reason };
  const movedTo = parameters?.migrate_to_chat_id;
  return { kind: 'refused', reason: movedTo === undefined ? reason : `${reason}; its id is now ${movedTo}` };
}

function retryAfterMs(parameters: Refusal['parameters']): number {
  const seconds = parameters?.retry_after;
  return seconds === undefined ? RETRY_AFTER_MS : seconds * 1_000;
}

function isRefusal(thrown: unknown): thrown is Refusal {
  return (
    thrown instanceof Error &&
    'error_code' in thrown &&
    typeof thrown.error_code === 'number' &&
    'description' in thrown &&
    typeof thrown.description === 'string'
  );
}

/** What lies beneath grammY's `HttpError` (`error`), fetch's `TypeError` (`cause`) and several addresses tried. */
function innermost(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  if ('error' in thrown && thrown.error instanceof Error) return innermost(thrown.error);
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return innermost(thrown.errors.at(-1));
  return thrown.cause instanceof Error ? innermost(thrown.cause) : thrown;
}

function textOf(thrown: unknown, key: 'code' | 'syscall'): string {
  const value = thrown instanceof Error ? (Reflect.get(thrown, key) as unknown) : undefined;
  return typeof value === 'string' ? value : '';
}
