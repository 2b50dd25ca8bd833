/** Decides how a doctor speaks to the Bot API: to look only, and with an eye on the server's clock. */
import type { BotSettings } from '../../core/chat-settings.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { masked } from '../../telegram/failure.ts';

/** A call that changes nothing. */
export interface BotCall {
  readonly method: 'getMe' | 'getWebhookInfo' | 'getChat';
  readonly params?: Readonly<Record<string, string | number>>;
}

/** What came of it; no text holds the token. `aheadMs`: how far this machine's clock is ahead of the server's. */
export type BotReply =
  | {
      readonly kind: 'answered';
      readonly result: Readonly<Record<string, unknown>>;
      readonly aheadMs: number | undefined;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

const CALL_MS = 8_000;

/** Half of the second that a `Date` header leaves open. */
const HALF_A_SECOND_MS = 500;

/** Makes the call; never rejects. */
export async function callBot(
  { token, apiRoot }: Pick<BotSettings, 'token' | 'apiRoot'>,
  { method, params = {} }: BotCall,
  clock: Clock,
): Promise<BotReply> {
  const controller = new AbortController();
  const cancel = clock.after(CALL_MS, () => {
    controller.abort();
  });
  try {
    const response = await fetch(`${apiRoot}/bot${token.reveal()}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
      signal: controller.signal,
      redirect: 'manual',
    });
    const now = clock.now();
    return replyOf(response, await response.text(), now);
  } catch (error) {
    const reason = controller.signal.aborted ? `no answer within ${CALL_MS / 1_000} s` : reasonOf(error);
    return { kind: 'unreachable', reason };
  } finally {
    cancel();
  }
}

function replyOf({ status, headers }: Response, text: string, now: number): BotReply {
  const answer = parsed(text);
  if (answer === undefined)
    return { kind: 'unreachable', reason: `HTTP ${status}, and not from a Bot API server` };
  const { ok, result, description } = answer;
  if (ok !== true) {
    const reason = typeof description === 'string' ? masked(description) : `HTTP ${status}`;
    return status >= 500 ? { kind: 'unreachable', reason } : { kind: 'refused', status, reason };
  }
  const sentAt = Date.parse(headers.get('date') ?? '');
  const aheadMs = Number.isNaN(sentAt) ? undefined : now - (sentAt + HALF_A_SECOND_MS);
  return { kind: 'answered', result: (result ?? {}) as Readonly<Record<string, unknown>>, aheadMs };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'ok' in value ? value : undefined;
  } catch {
    // A page for people: the caller says so.
    return undefined;
  }
}

/** Node's fetch wraps what the system says. */
function reasonOf(error: unknown): string {
  return masked(messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error));
}
