/** Decides how it is noticed that a sender leaves, or has been kept long enough. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';

/** A wait for something that ends by itself, too. */
export interface Leaving extends Disposable {
  /** Aborted when the sender has left, after its time, or when nobody watches any more. */
  readonly signal: AbortSignal;
}

/** Watches the sender until it is disposed; `timeoutMs` is absent where it is kept as long as it stays. */
export function leaving(outgoing: ServerResponse, clock: Clock, timeoutMs?: number): Leaving {
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort();
  };
  outgoing.once('close', leave);
  if (outgoing.destroyed) leave();
  const cancel = timeoutMs === undefined ? leave : clock.after(timeoutMs, leave);
  return {
    signal: gone.signal,
    [Symbol.dispose]: () => {
      outgoing.off('close', leave);
      cancel();
      leave();
    },
  };
}
