/** Decides how events reach their listeners: in order, at once, and no listener can hurt another or the publisher. */
import type { AppEvent, Publish, Subscribe } from '../core/event.ts';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** Both ends of the way that events take. */
export interface Bus {
  readonly publish: Publish;
  readonly subscribe: Subscribe;
}

/** A bus; a listener that throws is logged and stays subscribed. */
export function createBus(log: Log): Bus {
  const listeners = new Set<(event: AppEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log.error('a listener failed', { event: event.kind, error: messageOf(error) });
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
