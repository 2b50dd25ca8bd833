/** Decides what a bot that cannot poll says of itself, and when it tries again: a pure table. */
import { conflictDetail } from './conflict.ts';
import type { Failure } from './failure.ts';

/**
 * `connecting`: nothing was answered yet. `polling`: messages come in. `auth_failed`: the token is refused.
 * `conflict`: somebody else gets the messages. `unreachable`: no answer, or none from Telegram. `stopped`: closed.
 */
export type BotState = 'connecting' | 'polling' | 'auth_failed' | 'conflict' | 'unreachable' | 'stopped';

/** What follows from a poll that failed. */
export interface Setback {
  readonly state: BotState;
  /** A sentence for people: what is wrong and, where it is theirs to mend, how. */
  readonly detail: string;
  readonly waitMs: number;
}

/** A refused token is tried this often at most: it may be a glitch, and it must not be a nuisance. */
const REFUSED_MIN_MS = 1_000;
const REFUSED_MAX_MS = 8_000;
const CONFLICT_MS = 5_000;
const BACKOFF_MIN_MS = 1_000;
const BACKOFF_MAX_MS = 60_000;

/** What becomes of the bot after `failures` polls in a row that failed, this one included. */
export function setback(failure: Failure, failures: number, apiRoot: string): Setback {
  switch (failure.kind) {
    case 'unauthorized':
      return {
        state: 'auth_failed',
        detail: `Telegram refuses the token (${failure.reason}): the configuration needs the current one of @BotFather`,
        waitMs: doubled(failures, REFUSED_MIN_MS, REFUSED_MAX_MS),
      };
    case 'conflict':
      return { state: 'conflict', detail: conflictDetail(failure.with, apiRoot), waitMs: CONFLICT_MS };
    case 'too_many':
      return unreachable(failure, failure.retryAfterMs);
    case 'timeout':
      return unreachable(failure, 0);
    case 'aborted':
    case 'server':
    case 'network':
    case 'not_modified':
    case 'gone':
    case 'refused':
      return unreachable(failure, backoffMs(failures));
  }
}

/** 1 s after the first failure, twice as long after each further one, a minute at most; in ms. */
export function backoffMs(failures: number): number {
  return doubled(failures, BACKOFF_MIN_MS, BACKOFF_MAX_MS);
}

function doubled(times: number, minMs: number, maxMs: number): number {
  return Math.min(minMs * 2 ** Math.max(0, times - 1), maxMs);
}

function unreachable({ reason }: Failure, waitMs: number): Setback {
  return { state: 'unreachable', detail: reason, waitMs };
}
