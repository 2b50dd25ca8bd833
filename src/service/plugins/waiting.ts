/** Decides how long a call waits for its plugin to begin again: no longer than it may take itself. */
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { CallResult } from '../../plugins/calls.ts';
import { limited } from '../../plugins/limits.ts';
import type { Limits } from '../../plugins/limits.ts';

/** Undefined: `work` is done; else what the call came to without it. Never rejects. */
export async function waitedFor(
  work: Promise<unknown>,
  limits: Limits,
  clock: Clock,
): Promise<CallResult | undefined> {
  const { promise, resolve } = Promise.withResolvers<CallResult | undefined>();
  const settled = limited(limits, {
    clock,
    late: (seconds) => {
      resolve({ kind: 'late', reason: `did not begin again within ${seconds} s` });
    },
    aborted: () => {
      resolve({ kind: 'aborted' });
    },
  });
  work.then(
    () => {
      resolve(undefined);
    },
    (error: unknown) => {
      resolve({ kind: 'crashed', reason: messageOf(error) });
    },
  );
  const result = await promise;
  settled();
  return result;
}
