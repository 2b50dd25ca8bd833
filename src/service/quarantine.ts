/** Decides what happens to triggers that fail again and again, or call themselves: they are paused, and it is said. */
import { quarantineNotice } from '../chat/render/quarantine.ts';
import type { Quarantined } from '../chat/render/quarantine.ts';
import { TryAgain } from '../core/again.ts';
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { Clock } from '../core/clock.ts';
import type { AppEvent, Subscribe } from '../core/event.ts';
import type { TriggerId } from '../core/ids.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import type { Log } from '../core/log.ts';
import { noticePlaceOf } from '../core/message.ts';
import type { OutgoingMessage } from '../core/message.ts';
import { triggerIn } from '../core/snapshot.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { LOOP_WINDOW_MS, failsInARow } from '../runs/quarantine.ts';
import { formatDuration } from '../core/duration.ts';
import { LoopGuard } from './loop-guard.ts';
import type { Pauses } from './pauses.ts';

/** Who paused it, as views show it. */
const BY = 'quarantine';

/** What quarantine needs. */
export interface QuarantineDeps {
  readonly current: () => Snapshot;
  readonly runs: Pick<RunLedger, 'list'>;
  readonly ledger: Pick<ChatLedger, 'remember' | 'remembered'>;
  readonly pauses: Pick<Pauses, 'isPaused' | 'pause'>;
  /** Puts messages into the outbox. */
  readonly post: (messages: readonly OutgoingMessage[]) => void;
  readonly subscribe: Subscribe;
  readonly clock: Clock;
  readonly log: Log;
}

type RunEvent = Extract<AppEvent, { readonly kind: 'run' }>;

/** Follows what becomes of runs and deliveries, until it is closed. */
export class Quarantine implements Disposable {
  readonly #deps: QuarantineDeps;
  readonly #guard: LoopGuard;
  readonly #tryAgain: TryAgain;
  /** Those whose pause is on its way to the disk. */
  readonly #isolating = new Set<TriggerId>();
  readonly #unsubscribe: () => void;

  constructor(deps: QuarantineDeps) {
    this.#deps = deps;
    this.#tryAgain = new TryAgain(deps);
    this.#guard = new LoopGuard((trigger) => deps.current().webhooks.get(trigger)?.loopLimit);
    this.#unsubscribe = deps.subscribe((event) => {
      this.#hear(event);
    });
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#tryAgain.close();
  }

  #hear(event: AppEvent): void {
    if (event.kind === 'run' && event.state === 'failed') this.#afterFailure(event);
    if (event.kind === 'pause' && !event.paused && event.trigger !== undefined)
      this.#forgive(event.trigger, event.at);
    const loop = this.#guard.hear(event);
    if (loop === undefined) return;
    const { trigger, run, times } = loop;
    const why = `it was called ${times} times within ${formatDuration(LOOP_WINDOW_MS)} while it ran: its runs seem to call it`;
    this.#isolate({ trigger, run, why, at: this.#deps.clock.now() });
  }

  #afterFailure(event: RunEvent): void {
    const after = triggerIn(this.#deps.current(), event.trigger)?.quarantineAfter;
    if (after === undefined) return;
    this.#judge(event, after).catch((error: unknown) => {
      const again = (): void => {
        this.#afterFailure(event);
      };
      this.#tryAgain.later({ what: 'cannot see how often a trigger failed', of: event.run }, error, again);
    });
  }

  async #judge({ trigger, run, reason, at }: RunEvent, after: number): Promise<void> {
    const { runs, ledger } = this.#deps;
    const [failed, [succeeded], forgiven] = await Promise.all([
      runs.list({ trigger, state: 'failed', limit: after }),
      runs.list({ trigger, state: 'succeeded', limit: 1 }),
      ledger.remembered(forgivenName(trigger)),
    ]);
    const record = { failed, succeeded, forgivenUntil: Number(forgiven ?? 0) };
    if (!failsInARow(record, after)) return;
    const last = reason === null ? '' : `, the last: ${reason}`;
    this.#isolate({ trigger, run, why: `${after} runs failed in a row${last}`, at });
  }

  #isolate(one: Quarantined): void {
    const { pauses } = this.#deps;
    const { trigger, at } = one;
    if (pauses.isPaused(trigger) || this.#isolating.has(trigger)) return;
    this.#isolating.add(trigger);
    pauses
      .pause({ trigger, since: at, until: undefined, by: BY })
      .finally(() => this.#isolating.delete(trigger))
      .then(
        () => {
          this.#tell(one);
        },
        (error: unknown) => {
          const again = (): void => {
            this.#isolate(one);
          };
          this.#tryAgain.later({ what: 'cannot pause a trigger that fails', of: trigger }, error, again);
        },
      );
  }

  #tell(one: Quarantined): void {
    const { current, post, log } = this.#deps;
    const { trigger, why } = one;
    log.warn('a trigger is paused', { trigger, why });
    const spec = triggerIn(current(), trigger)?.spec;
    const to = spec && noticePlaceOf(spec);
    if (to !== undefined) post([quarantineNotice(one, to)]);
  }

  /** Somebody has looked at it: what failed before counts no more. */
  #forgive(trigger: TriggerId, at: number): void {
    this.#guard.forget(trigger);
    if (triggerIn(this.#deps.current(), trigger)?.quarantineAfter === undefined) return;
    this.#deps.ledger.remember(forgivenName(trigger), String(at)).catch((error: unknown) => {
      const again = (): void => {
        this.#forgive(trigger, at);
      };
      this.#tryAgain.later({ what: 'cannot note that a trigger was resumed', of: trigger }, error, again);
    });
  }
}

function forgivenName(trigger: TriggerId): string {
  return `forgiven:${trigger}`;
}
