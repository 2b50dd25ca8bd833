/** Decides how long a call waits for its plugin to begin again: no longer than it may take itself. */
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { CallResult, Limits } from '../../plugins/calls.ts';

/** Undefined: `work` is done; else what the call came to without it. Never rejects. */
export async function waitedFor(
  work: Promise<unknown>,
  { deadlineMs, signal }: Limits,
  clock: Clock,
): Promise<CallResult | undefined> {
  const { promise, resolve } = Promise.withResolvers<CallResult | undefined>();
  const abort = (): void => {
    resolve({ kind: 'aborted' });
  };
  const cancel =
    deadlineMs === undefined
      ? () => {}
      : clock.after(deadlineMs, () => {
          resolve({ kind: 'late', reason: `did not begin again within ${deadlineMs / 1_000} s` });
        });
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  work.then(
    () => {
      resolve(undefined);
    },
    (error: unknown) => {
      resolve({ kind: 'crashed', reason: messageOf(error) });
    },
  );
  const result = await promise;
  cancel();
  signal?.removeEventListener('abort', abort);
  return result;
}
