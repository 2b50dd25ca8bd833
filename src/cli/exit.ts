/** Decides with which number the program leaves. */
import type { ErrorCode } from '../core/errors.ts';

/** The numbers scripts may rely on; 75 and 78 are those of sysexits.h. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  denied: 4,
  alreadyRunning: 75,
  badConfiguration: 78,
} as const;

/** A number that a command leaves with. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each number means, for the reference of commands. */
export const exitMeanings = {
  ok: 'ok',
  failed: 'failed; the reason is on standard error',
  usage: 'the command line itself is wrong',
  notRunning: 'no service answers in the state folder',
  denied: 'the caller may not do this',
  alreadyRunning: 'another instance holds the state folder',
  badConfiguration: 'the configuration or the state does not load',
} as const satisfies Record<keyof typeof exitCodes, string>;

/** The number for each way the program says no. */
export const exitCodeOf = {
  invalid_argument: exitCodes.usage,
  invalid_config: exitCodes.badConfiguration,
  not_found: exitCodes.failed,
  ambiguous: exitCodes.failed,
  conflict: exitCodes.failed,
  queue_full: exitCodes.failed,
  draining: exitCodes.failed,
  unavailable: exitCodes.failed,
  not_running: exitCodes.notRunning,
  denied: exitCodes.denied,
  already_running: exitCodes.alreadyRunning,
  corrupt_state: exitCodes.badConfiguration,
  unsupported: exitCodes.failed,
  internal: exitCodes.failed,
} as const satisfies Record<ErrorCode, ExitCode>;
