/**
 * Decides when the scheduler wakes and what a tick brings into the ledger: one loop, one alarm.
 *
 *   idle      made; the agenda is empty.
 *   running   `start` filled the agenda. The first tick makes up for the time before and fires `@reboot`; it is repeated
 *             until the ledger has taken it. Every other tick admits what has become due.
 *   draining  since `drain` or `stop`: what becomes due is written down for the next start.
 *   stopped   since `stop` took its last tick: no alarm is set any more.
 *
 * It goes through them in this order and never back.
 */
import { TryAgain } from '../core/again.ts';
import type { Admit } from '../core/admission.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { TriggerId } from '../core/ids.ts';
import { newRunId } from '../core/ids.ts';
import type { RunLedger } from '../core/run-ledger.ts';
import type { TriggerLedger } from '../core/trigger-ledger.ts';
import type { Log } from '../core/log.ts';
import { messageOf } from '../core/errors.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { FoundBatch, TellMissed } from '../core/missed.ts';
import { cronIn } from '../core/snapshot.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronTrigger } from '../core/trigger.ts';
import { gather } from './gather.ts';
import type { DueCron, Gathered } from './gather.ts';
import { holds } from './hold.ts';
import type { Hold } from './hold.ts';
import { Plan } from './plan.ts';
import { cameToNothing } from './spent.ts';
import { heldSince } from './late.ts';
import type { Opening } from './late.ts';

/** What the loop needs. */
export interface SchedulerDeps {
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly triggers: Pick<TriggerLedger, 'cronStates' | 'accountedUntil'>;
  readonly runs: Pick<RunLedger, 'heldMoments' | 'holdDelayed'>;
  /** What keeps a trigger from firing; undefined: nothing. */
  readonly holdOf: (trigger: TriggerId) => Hold | undefined;
  /** What chats are told of missed moments, to be written with their rows. */
  readonly tellMissed: TellMissed;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Admits every due moment of the current snapshot's crons. */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #plan: Plan;
  readonly #tryAgain: TryAgain;
  #alarm: Cancel | undefined;
  #alarmAt: number | undefined;
  #ticking: Promise<void> = Promise.resolve();
  #mode: 'idle' | 'running' | 'draining' | 'stopped' = 'idle';
  /** A swap moved the agenda, and the cursor has not followed yet. */
  #isSwapped = false;
  /** What the first tick has to make up for, until it is in the ledger. */
  #opening: Opening | undefined;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#plan = new Plan(deps.log);
    this.#tryAgain = new TryAgain(deps);
  }

  /** Makes up for what went by since the ledger's cursor, fires `@reboot`, and begins to follow the clock. */
  async start(opening: Opening): Promise<void> {
    const { current, clock, triggers, runs } = this.#deps;
    const cursor = (await triggers.accountedUntil()) ?? clock.now();
    // What was delayed until a time at which nobody was there went by as what was due then.
    await runs.holdDelayed({ after: cursor, until: clock.now() });
    const [states, held] = await Promise.all([triggers.cronStates(), runs.heldMoments()]);
    const now = clock.now();
    this.#plan.fill(current(), {
      states,
      cursor,
      heldSince: heldSince(held, opening),
      now,
    });
    this.#mode = 'running';
    this.#opening = opening;
    await this.#tick();
  }

  /** Follows a swap: only crons that are new, gone or differently scheduled get another moment. */
  follow(next: Snapshot, previous: Snapshot): void {
    if (this.#mode !== 'running') return;
    const now = this.#deps.clock.now();
    const once = this.#plan.follow(next, previous, now);
    this.#setAlarm();
    if (once.length > 0) this.#followOnce(once, now);
    // What went by until now went by under the former snapshot: a later start must not take it for downtime.
    this.#isSwapped = true;
    void this.#tick();
  }

  /** From now on what becomes due is kept for the next start. */
  drain(): void {
    if (this.#mode === 'running') this.#mode = 'draining';
  }

  /** Ends the loop after a last look at the clock, so that the cursor covers everything up to now. */
  async stop(): Promise<void> {
    if (this.#mode === 'stopped' || this.#mode === 'idle') return;
    this.#mode = 'draining';
    await this.#tick();
    this.#mode = 'stopped';
    this.#alarm?.();
    this.#tryAgain.close();
    await this.#ticking;
  }

  /** The next moment of a cron, epoch ms; undefined when it has none, is spent, switched off or unknown. */
  nextOf(trigger: TriggerId): number | undefined {
    return this.#deps.current().crons.has(trigger) ? this.#plan.of(trigger) : undefined;
  }

  #tick(): Promise<void> {
    // Ticks follow one another: a slow store delays the next one, it never overtakes.
    this.#ticking = this.#ticking.then(() => this.#serve());
    return this.#ticking;
  }

  /** Ticks wait for it: the cursor must not pass a moment that is not on the agenda yet. */
  #followOnce(crons: readonly CronTrigger[], from: number): void {
    this.#ticking = this.#ticking.then(() => this.#setOnce(crons, from));
  }

  /** One-shots whose moment was served without a run are still to come, unless the ledger knows of one. */
  #rearm(triggers: readonly TriggerId[], snapshot: Snapshot, now: number): void {
    const crons = triggers.flatMap((trigger) => cronIn(snapshot, trigger) ?? []);
    if (crons.length > 0) this.#followOnce(crons, now);
  }

  /** Puts one-shots that are not spent on the agenda, with their first moment after `from`. */
  async #setOnce(crons: readonly CronTrigger[], from: number): Promise<void> {
    const { current, triggers } = this.#deps;
    try {
      const states = await triggers.cronStates();
      this.#plan.arm(crons, { live: current(), states, from });
      this.#setAlarm();
    } catch (error) {
      const again = (): void => {
        if (this.#mode === 'running') this.#followOnce(crons, from);
      };
      const of = crons.map(({ armHash, id }) => `${id} ${armHash}`).join();
      this.#tryAgain.later({ what: 'cannot see which one-shots are spent', of }, error, again);
    }
  }

  async #serve(): Promise<void> {
    const { clock, current, admit, log } = this.#deps;
    const snapshot = current();
    const now = clock.now();
    const due = this.#plan.takeDue(now);
    const { admissions, next, missed, faulty } = this.#gather(due, { snapshot, now });
    this.#plan.set(next);
    for (const { trigger, error } of faulty)
      log.error('a cron met a fault and is not due any more', { trigger, error });
    try {
      if (admissions.length > 0 || this.#isWorthNoting()) {
        const messages = this.#tell(missed);
        const batch = { admissions, accountedUntil: now, ...(messages.length > 0 && { messages }) };
        this.#rearm(cameToNothing(admissions, await admit(batch)), snapshot, now);
        this.#narrate(missed);
      }
      this.#opening = undefined;
      this.#isSwapped = false;
      this.#setAlarm();
    } catch (error) {
      this.#plan.putBack(due, { then: snapshot, live: current() });
      this.#tryAgain.later('cannot record what is due', error, () => {
        void this.#tick();
      });
    }
  }

  /** Without admissions the cursor moves where that says something: the time before is over, or nobody looks again. */
  #isWorthNoting(): boolean {
    return this.#isSwapped || this.#opening !== undefined || this.#mode === 'draining';
  }

  #gather(
    due: readonly DueCron[],
    { snapshot, now }: { readonly snapshot: Snapshot; readonly now: number },
  ): Gathered {
    return gather(due, snapshot, {
      now,
      revision: snapshot.revision,
      opening: this.#opening,
      holdOf: ({ id }) => this.#holdOf(id),
      newId: newRunId,
      random: this.#deps.random,
    });
  }

  #holdOf(trigger: TriggerId): Hold | undefined {
    return this.#deps.holdOf(trigger) ?? (this.#mode === 'draining' ? holds.stopping : undefined);
  }

  /** What chats are told; that nobody can put it into words stops nothing. */
  #tell(missed: FoundBatch | undefined): readonly OutgoingMessage[] {
    if (missed === undefined) return [];
    try {
      return this.#deps.tellMissed(missed);
    } catch (error) {
      this.#deps.log.error('cannot tell what was missed', { error: messageOf(error) });
      return [];
    }
  }

  #narrate(missed: FoundBatch | undefined): void {
    for (const { trigger, missed: moments, fate } of missed?.triggers ?? [])
      this.#deps.log.warn('moments were missed', { trigger, moments, fate, why: missed?.why });
  }

  #setAlarm(): void {
    const at = this.#plan.earliest();
    if (at === this.#alarmAt && this.#alarmAt !== undefined) return;
    this.#alarm?.();
    this.#alarmAt = undefined;
    if (at !== undefined && this.#mode !== 'stopped') this.#alarmIn(at);
  }

  #alarmIn(at: number): void {
    this.#alarm?.();
    this.#alarmAt = at;
    this.#alarm = this.#deps.clock.alarm(at, () => {
      this.#alarmAt = undefined;
      void this.#tick();
    });
  }
}
