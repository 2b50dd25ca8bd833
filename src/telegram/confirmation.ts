/** Decides whether another token may take over: when the bot behind it says its name in time. */
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { TelegramClient } from './client.ts';
import type { Failure } from './failure.ts';
import { Nap } from './nap.ts';
import { backoffMs } from './setback.ts';

const WITHIN_MS = 10_000;

/**
 * The bot's name. Rejects with `invalid_config` when the token is refused, with `unavailable` when nothing was confirmed
 * within 10 s or until `signal` is aborted.
 */
export async function confirmed(client: TelegramClient, clock: Clock, signal: AbortSignal): Promise<string> {
  const nap = new Nap(clock);
  const cut = new AbortController();
  const end = (): void => {
    nap.end();
    cut.abort();
  };
  const cancel = clock.after(WITHIN_MS, end);
  signal.addEventListener('abort', end);
  try {
    return await nameOf(client, { nap, signal: cut.signal });
  } finally {
    cancel();
    signal.removeEventListener('abort', end);
  }
}

async function nameOf(
  client: TelegramClient,
  { nap, signal }: { readonly nap: Nap; readonly signal: AbortSignal },
): Promise<string> {
  let last: Failure | undefined;
  for (let failures = 1; ; failures += 1) {
    const me = await client.getMe(signal);
    if (me.ok) return me.value.username;
    if (me.failure.kind === 'unauthorized') throw refused(me.failure);
    if (me.failure.kind !== 'aborted') last = me.failure;
    await nap.for(me.failure.kind === 'too_many' ? me.failure.retryAfterMs : backoffMs(failures));
    if (nap.isOver) throw late(last);
  }
}

function refused({ reason }: Failure): AppError {
  return new AppError('invalid_config', `Telegram refuses the new token (${reason})`);
}

function late(last: Failure | undefined): AppError {
  const why = last === undefined ? '' : ` (${last.reason})`;
  const within = `${WITHIN_MS / 1_000} s`;
  return new AppError(
    'unavailable',
    `ReconnectTimeoutError: the new token was not confirmed within ${within}${why}`,
  );
}
