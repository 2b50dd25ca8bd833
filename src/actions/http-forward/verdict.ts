/** Decides what an answer to a forwarded request means: how it went, and whether and when to send it once more. */
import { retryAfterMs } from '../../core/retry-after.ts';
import type { Outcome } from '../../core/run.ts';
import type { OutboundResult } from '../../net/fetch.ts';
import { failed, refused, succeeded } from '../outcome.ts';

/** Answers below 500 that say "not now" (RFC 9110, 15.5.9; RFC 8470, 5.2; RFC 6585, 4). */
const NOT_NOW: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * A request that may not be sent, a redirect, and an answer that blames the request are final; so is an answer that is too
 * large, since the server has taken the request. What the server or the network could not do is worth another attempt, not
 * before the server wants one.
 */
export function verdictOf(answer: OutboundResult, nowMs: number): Outcome {
  switch (answer.kind) {
    case 'refused':
      return refused(`http_forward blocked: ${answer.reason}`);
    case 'failed':
      return answer.cut === 'too-large'
        ? refused(`http_forward failed: ${answer.reason}`)
        : failed(`http_forward failed: ${answer.reason}`);
    case 'response':
      return ofStatus(answer.status, retryAfterMs(answer.headers['retry-after'], nowMs));
  }
}

function ofStatus(status: number, waitMs: number | undefined): Outcome {
  if (status >= 200 && status < 300) return succeeded(`forwarded (${status})`);
  const isServers = status >= 500;
  if (!isServers && !NOT_NOW.has(status)) return refused(`http_forward failed: ${status}`);
  const outcome = failed(
    isServers ? `http_forward: server error ${status}` : `http_forward failed: ${status}`,
  );
  return waitMs === undefined ? outcome : { ...outcome, again: { notWithinMs: waitMs } };
}
