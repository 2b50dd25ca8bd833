/** Decides what an error looks like over HTTP: one status per code, and only messages made for the caller. */
import type { ErrorCode } from '../core/errors.ts';
import { toAppError } from '../core/errors.ts';

/** HTTP status of every code. */
export const statusOf = {
  invalid_argument: 400,
  invalid_config: 422,
  not_found: 404,
  ambiguous: 409,
  conflict: 409,
  queue_full: 429,
  draining: 503,
  unavailable: 503,
  not_running: 503,
  denied: 403,
  already_running: 409,
  corrupt_state: 500,
  unsupported: 501,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;

/** An error as a front end of the control port shows it. */
export interface Problem {
  readonly status: (typeof statusOf)[ErrorCode];
  readonly body: { readonly error: ErrorCode; readonly message: string };
}

/** The problem that `error` is; whatever was not thrown on purpose is `internal` and keeps its message to itself. */
export function problemOf(error: unknown): Problem {
  const { code, message } = toAppError(error);
  return {
    status: statusOf[code],
    body: { error: code, message: code === 'internal' ? 'internal error' : message },
  };
}
