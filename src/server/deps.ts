/** Decides what the server needs from the rest of the program: one value, wired by the service. */
import type { Admit } from '../core/admission.ts';
import type { Clock } from '../core/clock.ts';
import type { Publish } from '../core/event.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { AskSender } from '../core/trigger.ts';
import type { Results } from './answers/results.ts';
import type { HealthView, ReadyView } from './routes/health.ts';

/** Whether deliveries of a trigger are taken now. */
export type Gate =
  { readonly kind: 'open' } | { readonly kind: 'paused' | 'draining'; readonly retryAfterS: number };

/** What the webhook port works with. */
export interface ServerDeps {
  readonly current: () => Snapshot;
  readonly admit: Admit;
  /** Asked after the sender was verified, once for each request. */
  readonly gate: (trigger: TriggerId) => Gate;
  /** The way to the plugins that know senders. */
  readonly askSender: AskSender;
  /** What becomes of runs, for senders that wait for it. */
  readonly results: Results;
  readonly publish: Publish;
  readonly log: Log;
  readonly clock: Clock;
  /** Absolute paths of the service's own files and folders: no upload goes there. */
  readonly ownPaths: readonly string[];
  readonly health: () => HealthView;
  readonly ready: () => ReadyView;
}
