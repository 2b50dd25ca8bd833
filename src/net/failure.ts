/** Decides how a failed exchange is told in a sentence, whatever library or layer it failed in. */

import { messageOf } from '../core/errors.ts';

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the server',
  EPIPE: 'connection closed by the server',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_SOCKET: 'connection closed by the server before the response was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the response is not as long as it says',
  UND_ERR_HEADERS_OVERFLOW: "the response's headers are too large",
};

/** The reason of a failure, with the system's or library's code where there is one, for the run's record. */
export function failureReason(error: unknown): string {
  const inner = innermost(error);
  const code = codeOf(inner);
  const sentence = sentences[code] ?? messageOf(inner);
  return code === '' || sentence.includes(code) ? sentence : `${sentence} (${code})`;
}

/** Whether what failed was time running out while connecting. */
export function isConnectTimeout(error: unknown): boolean {
  return ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'].includes(codeOf(innermost(error)));
}

/** With several addresses tried, Node wraps one error for each; the last address's speaks for all. */
function innermost(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? innermost(error.errors.at(-1)) : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
