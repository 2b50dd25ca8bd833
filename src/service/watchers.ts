/** Decides what looks after the service while it runs: retention, counters, expectations and quarantine. */
import type { Snapshot } from '../core/snapshot.ts';
import { Retention } from '../runs/retention.ts';
import type { TriggerManager } from '../triggers/manager.ts';
import { CertificateWatch } from './certificate-watch.ts';
import type { Chat } from './chat/chat.ts';
import type { Mutes } from './chat/mutes.ts';
import { DeliveryCounters } from './delivery-counters.ts';
import type { Expected } from './expectation-memory.ts';
import { Expectations } from './expectations.ts';
import type { Pauses } from './pauses.ts';
import type { Plugins } from './plugins/plugins.ts';
import { Quarantine } from './quarantine.ts';
import type { Resources } from './resources.ts';
import type { TriggerId } from '../core/ids.ts';

/** What they watch, beside what everything stands on. */
export interface WatchersDeps {
  readonly manager: TriggerManager;
  readonly pauses: Pauses;
  readonly mutes: Mutes;
  readonly chat: Chat;
  readonly plugins: Pick<Plugins, 'sweep'>;
  /** What an earlier life kept, see `loadExpected`. */
  readonly expected: ReadonlyMap<TriggerId, Expected>;
  readonly outputRoot: string;
}

/** Those that others ask. */
export interface Watchers {
  readonly deliveries: DeliveryCounters;
  readonly expectations: Expectations;
}

/** Starts them; each ends with `undo`. */
export function startWatchers(
  { ledger, bus, conditions, clock, log }: Resources,
  { manager, pauses, mutes, chat, plugins, expected, outputRoot }: WatchersDeps,
  undo: AsyncDisposableStack,
): Watchers {
  const { runs, deliveries: counts, chat: memory } = ledger;
  const { subscribe } = bus;
  const current = (): Snapshot => manager.current();
  const settings = (): Snapshot['retention'] => current().retention;
  const more = (): Promise<void> => plugins.sweep();
  undo.use(new Retention({ runs, deliveries: counts, chat: memory, more, settings, outputRoot, clock, log }));
  undo.use(new CertificateWatch({ manager, conditions, clock }));
  const deliveries = undo.use(new DeliveryCounters({ ledger: counts, subscribe, clock, log }));
  const expectations = undo.use(
    new Expectations(
      {
        ...{ manager, subscribe, mutes, conditions, clock, log },
        isPaused: (trigger) => pauses.isPaused(trigger),
        ledger: memory,
        tell: (messages) => chat.tell(messages),
      },
      expected,
    ),
  );
  undo.use(
    new Quarantine({
      ...{ current, runs, pauses, subscribe, clock, log },
      ledger: memory,
      post: (messages) => {
        chat.post(messages);
      },
    }),
  );
  return { deliveries, expectations };
}
