/** Decides how long a doctor waits for one answer of Telegram. */
import type { Clock } from '../../core/clock.ts';
import type { Answered } from '../../telegram/failure.ts';

/** Less than a check as a whole gets, so that it can say itself what did not answer. */
const PATIENCE_MS = 8_000;

/** The answer, or that none came in time. */
export async function patiently<T>(
  clock: Clock,
  ask: (signal: AbortSignal) => Promise<Answered<T>>,
): Promise<Answered<T>> {
  const enough = new AbortController();
  const cancel = clock.after(PATIENCE_MS, () => {
    enough.abort();
  });
  try {
    const answered = await ask(enough.signal);
    if (answered.ok || !enough.signal.aborted) return answered;
    return { ok: false, failure: { kind: 'timeout', reason: `no answer within ${PATIENCE_MS / 1_000} s` } };
  } finally {
    cancel();
  }
}
