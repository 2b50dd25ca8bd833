/** Decides how the program says no in a chat. */
import { AppError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';

/** What stands before the message of each code. */
const beginnings = {
  invalid_argument: '❌ ',
  invalid_config: '❌ the configuration does not load: ',
  not_found: '❌ ',
  ambiguous: '❌ ',
  conflict: '❌ ',
  queue_full: '❌ ',
  draining: '⏳ ',
  unavailable: '⚠️ ',
  not_running: '⚠️ ',
  denied: '⛔ ',
  already_running: '⚠️ ',
  corrupt_state: '⚠️ ',
  unsupported: '❌ ',
  internal: '',
} as const satisfies Record<ErrorCode, string>;

/** The sentence for a person; what is `internal` stays in the log. */
export function inWords(error: AppError): string {
  if (error.code === 'internal') return '⚠️ something went wrong here; the log says what';
  return `${beginnings[error.code]}${error.message}`;
}

/** Says how a command is written; `problem` names what was wrong with it. */
export function usageError(problem: string, usage: readonly string[]): AppError {
  return new AppError('invalid_argument', `${problem}\n${usage.map((line) => `  ${line}`).join('\n')}`);
}
