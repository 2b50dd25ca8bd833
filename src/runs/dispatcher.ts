/**
 * Decides when queued runs start and sees each attempt through to its settlement in the ledger.
 *
 * It claims by capacity, starts attempts, and writes how they ended; waiting rows that become ready are promoted by one
 * alarm. It keeps no queue of its own: what it remembers of waiting triggers are hints, the ledger decides.
 */
import { TryAgain } from '../core/again.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { Publish } from '../core/event.ts';
import type { BootId, RunId, TriggerId } from '../core/ids.ts';
import type { RunLedger, WaitingTrigger } from '../core/run-ledger.ts';
import type { Log } from '../core/log.ts';
import type { ClaimedRun, EndedBy } from '../core/run.ts';
import type { Limits } from '../core/snapshot.ts';
import type { RunSpec } from '../core/action.ts';
import type { AttemptDeps, LiveAttempt } from './attempt.ts';
import { startAttempt } from './attempt.ts';
import type { Candidate } from './lanes.ts';
import { Occupancy, deal, traitsOf } from './lanes.ts';
import { settledEvents } from './announce.ts';
import { patience } from './drain.ts';
import type { Drain } from './drain.ts';
import { settleAttempt } from './settling.ts';
import type { Tell } from './settling.ts';
import { Waiting } from './waiting.ts';

/** What running things needs. */
export interface DispatcherDeps extends AttemptDeps {
  readonly runs: RunLedger;
  readonly owner: BootId;
  readonly limits: () => Limits;
  /** True while the trigger is paused: its waiting rows stay where they are. */
  readonly isHeld: (trigger: TriggerId) => boolean;
  /** What chats are told of how an attempt ended. */
  readonly tell: Tell;
  readonly publish: Publish;
  readonly log: Log;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

interface Live {
  readonly attempt: LiveAttempt;
  /** Resolves once its end is on disk. */
  readonly settled: Promise<void>;
}

/** Runs what waits. `start` it once the orphans of earlier lives are settled. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #occupancy = new Occupancy();
  readonly #waiting = new Waiting();
  readonly #live = new Map<RunId, Live>();
  readonly #tryAgain: TryAgain;
  readonly #leaves = new AbortController();
  #pumping: Promise<void> | undefined;
  #again = false;
  #isPromoting = false;
  #mustPromote = false;
  #alarm: Cancel | undefined;
  #isOpen = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#tryAgain = new TryAgain(deps);
  }

  /** Takes up what waits in the ledger. */
  start(): void {
    this.#isOpen = true;
    this.refresh();
    void this.#takeUp();
  }

  /** Limits have changed, or a pause has ended: what could not start before may start now. */
  refresh(): void {
    this.promote();
    this.#pump();
  }

  /** A run of this trigger was queued. */
  queued(trigger: TriggerId, spec: RunSpec): void {
    this.#waiting.add(trigger, traitsOf(spec));
    this.#pump();
  }

  /** Queues what has become ready and sets the alarm for what comes next. */
  promote(): void {
    if (!this.#isOpen) return;
    this.#mustPromote = true;
    if (!this.#isPromoting) void this.#promoteAll();
  }

  /** Ends the attempt of a run; false when none is under way here. */
  end(run: RunId, by: EndedBy): boolean {
    const live = this.#live.get(run);
    live?.attempt.end(by);
    return live !== undefined;
  }

  /** Resolves once the attempt of a run that is under way here is settled; at once where there is none. */
  async settled(run: RunId): Promise<void> {
    await this.#live.get(run)?.settled;
  }

  /** Ends the attempts of a trigger that began before `newer` was admitted. */
  endOf(trigger: TriggerId, by: EndedBy, newer: RunId): void {
    for (const { attempt } of this.#live.values()) {
      if (attempt.run.trigger === trigger && attempt.run.id < newer) attempt.end(by);
    }
  }

  /** Runs under way now. */
  active(): ReadonlyArray<ClaimedRun> {
    return [...this.#live.values()].map(({ attempt }) => attempt.run);
  }

  /**
   * Claims nothing more, waits for what runs, then ends the rest as `drain`, which the retry rule turns into a run that
   * waits again or a failure. Resolves when every settlement is on disk, or cannot be brought there.
   */
  async drain(how: Drain): Promise<void> {
    this.#isOpen = false;
    this.#alarm?.();
    this.#tryAgain.close();
    await this.#pumping;
    const ends = new Map([...this.#live].map(([run, { settled }]) => [run, settled]));
    await patience(ends, { ...how, clock: this.#deps.clock });
    for (const { attempt } of this.#live.values()) attempt.end('drain');
    this.#leaves.abort();
    await Promise.all(ends.values());
  }

  #pump(): void {
    if (!this.#isOpen) return;
    if (this.#pumping !== undefined) {
      this.#again = true;
      return;
    }
    this.#pumping = this.#claimWhileRoom().finally(() => {
      this.#pumping = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.#pump();
    });
  }

  async #claimWhileRoom(): Promise<void> {
    try {
      while (this.#isOpen) {
        const marks = this.#waiting.marks();
        const lanes = deal(this.#candidates(), this.#occupancy, this.#deps.limits());
        if (lanes.length === 0) return;
        const claimed = await this.#deps.runs.claim({
          owner: this.#deps.owner,
          now: this.#deps.clock.now(),
          lanes,
        });
        for (const run of claimed) this.#begin(run);
        for (const lane of lanes) {
          const got = claimed.filter((run) => run.trigger === lane.trigger).length;
          if (got < lane.max) this.#waiting.drop(lane.trigger, marks);
          else if (got > 0) this.#waiting.rotate(lane.trigger);
        }
      }
    } catch (error) {
      this.#tryAgain.later('cannot claim runs', error, () => {
        this.#pump();
      });
    }
  }

  *#candidates(): Generator<Candidate> {
    for (const candidate of this.#waiting.candidates()) {
      if (!this.#deps.isHeld(candidate.trigger)) yield candidate;
    }
  }

  #begin(run: ClaimedRun): void {
    const traits = traitsOf(run.spec);
    this.#occupancy.enter(traits);
    const attempt = startAttempt(run, this.#deps);
    const { id, trigger } = run;
    const at = this.#deps.clock.now();
    this.#deps.publish({
      kind: 'run',
      run: id,
      trigger,
      state: 'running',
      reason: run.reason,
      attempt: run.attempt,
      at,
    });
    const settled = attempt.outcome.then(async (outcome) => {
      const settling = settleAttempt(run, outcome, { ...this.#deps, leaves: this.#leaves.signal });
      // The place is free once the end is on its way to the disk: the next claim shares its commit.
      this.#occupancy.leave(traits);
      this.#pump();
      const settlement = await settling;
      if (settlement === undefined) return;
      const { state } = settlement;
      for (const event of settledEvents(run, settlement, outcome.message)) this.#deps.publish(event);
      this.#live.delete(run.id);
      if (state === 'scheduled') this.promote();
      if (state === 'queued') this.queued(run.trigger, run.spec);
    });
    this.#live.set(run.id, { attempt, settled });
  }

  async #takeUp(): Promise<void> {
    try {
      this.#hint(await this.#deps.runs.waiting());
      this.#pump();
    } catch (error) {
      this.#tryAgain.later('cannot see what waits', error, () => {
        void this.#takeUp();
      });
    }
  }

  /** One after the other; what asks meanwhile is served by the next. */
  async #promoteAll(): Promise<void> {
    this.#isPromoting = true;
    while (this.#mustPromote) {
      this.#mustPromote = false;
      await this.#promote();
    }
    this.#isPromoting = false;
  }

  async #promote(): Promise<void> {
    const { runs, clock, isHeld } = this.#deps;
    try {
      const { promoted, nextReadyAt } = await runs.promote(clock.now(), isHeld);
      if (!this.#isOpen) return;
      this.#hint(promoted);
      this.#setAlarm(nextReadyAt);
      if (promoted.length > 0) this.#pump();
    } catch (error) {
      this.#tryAgain.later('cannot queue what is ready', error, () => {
        this.promote();
      });
    }
  }

  #hint(waiting: readonly WaitingTrigger[]): void {
    for (const { trigger, spec } of waiting) this.#waiting.add(trigger, traitsOf(spec));
  }

  #setAlarm(atMs: number | undefined): void {
    this.#alarm?.();
    this.#alarm =
      atMs === undefined
        ? undefined
        : this.#deps.clock.alarm(atMs, () => {
            this.promote();
          });
  }
}
