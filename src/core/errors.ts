/** Decides how the program says no: one closed catalogue of codes, one error class, causes always kept. */

/**
 * Every code an `AppError` may carry, with what it means to the caller. Front ends translate codes by
 * tables of their own (HTTP status, exit code, chat wording). A retired code stays listed.
 */
export const errorCodes = {
  invalid_argument: 'The request itself is wrong; sending it again unchanged cannot succeed.',
  invalid_config: 'The configuration does not load; the message names file, line, key and remedy.',
  not_found: 'There is no such run, trigger, revision or file.',
  ambiguous: 'The name given fits several things; the message lists them.',
  conflict: 'The thing is not in a state that allows it (a finished run cannot be cancelled).',
  queue_full: 'The trigger has as many waiting runs as `max_queued` allows.',
  draining: 'The service is stopping and takes nothing new; try again after it is back.',
  unavailable: 'The store cannot take it now (disk full, database away); nothing was accepted.',
  not_running: 'No service answers on the control socket of this state folder.',
  denied: 'The caller may not do this.',
  already_running: 'Another instance holds this state folder.',
  corrupt_state: 'The store is damaged or newer than this program; it was left untouched.',
  unsupported: 'This build or machine cannot do that.',
  internal: 'A bug or an unforeseen fault; the message stays in the log.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The only error the program throws on purpose: its message is fit for the caller, whatever the front end. */
export class AppError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}

/** The error as an `AppError`: anything that is none becomes `internal`, with the original as its cause. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('internal', 'internal error', { cause: error });
}

/** The text of whatever was thrown, for a log or a run's reason; never empty. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return String(error) || 'unknown error';
}
