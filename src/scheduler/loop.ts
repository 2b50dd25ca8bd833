/** Decides when the scheduler wakes and keeps the agenda in step with the snapshot: one loop, one alarm. */
import type { Admission, Admit } from '../core/admission.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { TriggerId } from '../core/ids.ts';
import { newRunId } from '../core/ids.ts';
import type { CronState, TriggerLedger } from '../core/ledger.ts';
import type { Log } from '../core/log.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronTrigger } from '../core/trigger.ts';
import { Agenda } from './agenda.ts';
import { isReboot } from './schedule.ts';
import { tickCron } from './tick.ts';

const TRY_AGAIN_MS = 1_000;

export interface SchedulerDeps {
  readonly current: () => Snapshot;
  readonly admit: Admit;
  readonly triggers: Pick<TriggerLedger, 'cronStates' | 'accountedUntil'>;
  readonly isPaused: (trigger: TriggerId) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Admits every due moment of the current snapshot's crons. */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #agenda = new Agenda();
  #alarm: Cancel | undefined;
  #alarmAt: number | undefined;
  #ticking: Promise<void> = Promise.resolve();
  #mode: 'idle' | 'running' | 'draining' | 'stopped' = 'idle';

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  /** Makes up for what went by since the ledger's cursor, fires `@reboot`, and begins to follow the clock. */
  async start(downCause: string): Promise<void> {
    const { current, clock, triggers } = this.#deps;
    const [states, accountedUntil] = await Promise.all([triggers.cronStates(), triggers.accountedUntil()]);
    const snapshot = current();
    const cursor = accountedUntil ?? clock.now();
    for (const cron of snapshot.crons.values()) {
      const state = states.get(cron.id);
      const from = Math.max(cursor, state?.armedAt ?? cursor);
      this.#agenda.set(
        cron.id,
        isSpent(cron, state) ? undefined : cron.schedule.next(Math.min(from, clock.now())),
      );
    }
    this.#mode = 'running';
    await this.#tick(
      downCause,
      [...snapshot.crons.values()].filter((cron) => isReboot(cron.schedule)),
    );
  }

  /** Follows a swap: only crons that are new, gone or differently scheduled get another moment. */
  follow(next: Snapshot, previous: Snapshot): void {
    if (this.#mode !== 'running') return;
    const now = this.#deps.clock.now();
    const changed = [...next.crons.values()].filter((cron) =>
      isRescheduled(cron, previous.crons.get(cron.id)),
    );
    for (const id of previous.crons.keys()) if (!next.crons.has(id)) this.#agenda.set(id, undefined);
    for (const cron of changed) {
      this.#agenda.set(cron.id, cron.runOnce ? undefined : cron.schedule.next(now));
    }
    this.#setAlarm();
    const once = changed.filter((cron) => cron.runOnce);
    if (once.length > 0) this.#followOnce(once, now);
  }

  /** From now on what becomes due is kept for the next start. */
  drain(): void {
    if (this.#mode === 'running') this.#mode = 'draining';
  }

  /** Ends the loop after a last look at the clock, so that the cursor covers everything up to now. */
  async stop(): Promise<void> {
    if (this.#mode === 'stopped' || this.#mode === 'idle') return;
    this.#mode = 'draining';
    await this.#tick(undefined);
    this.#mode = 'stopped';
    this.#alarm?.();
    await this.#ticking;
  }

  /** The next moment of a cron, epoch ms; undefined when it has none, is spent or unknown. */
  nextOf(trigger: TriggerId): number | undefined {
    return this.#agenda.of(trigger);
  }

  /** The earliest moment of all. */
  earliest(): number | undefined {
    return this.#agenda.earliest();
  }

  #tick(downCause?: string, reboots: readonly CronTrigger[] = []): Promise<void> {
    // Ticks follow one another: a slow store delays the next one, it never overtakes.
    this.#ticking = this.#ticking.then(() => this.#serve(downCause, reboots));
    return this.#ticking;
  }

  /** Ticks wait for it: the cursor must not pass a moment that is not on the agenda yet. */
  #followOnce(crons: readonly CronTrigger[], from: number): void {
    this.#ticking = this.#ticking.then(() => this.#setOnce(crons, from));
  }

  /** Puts one-shots that are not spent on the agenda, with their first moment after `from`. */
  async #setOnce(crons: readonly CronTrigger[], from: number): Promise<void> {
    const { current, triggers, clock, log } = this.#deps;
    try {
      const states = await triggers.cronStates();
      const live = current().crons;
      for (const cron of crons) {
        // A later swap may have taken it away or changed it, and has its own look.
        if (live.get(cron.id)?.armHash !== cron.armHash || isSpent(cron, states.get(cron.id))) continue;
        this.#agenda.set(cron.id, cron.schedule.next(from));
      }
      this.#setAlarm();
    } catch (error) {
      log.error('cannot see which one-shots are spent, trying again', { error: messageOf(error) });
      clock.after(TRY_AGAIN_MS, () => {
        if (this.#mode === 'running') this.#followOnce(crons, from);
      });
    }
  }

  async #serve(downCause: string | undefined, reboots: readonly CronTrigger[]): Promise<void> {
    const { clock, current, admit, isPaused, log } = this.#deps;
    const snapshot = current();
    const now = clock.now();
    const due = this.#agenda.takeDue(now);
    const facts = {
      now,
      revision: snapshot.revision,
      isDraining: this.#mode === 'draining',
      isPaused,
      newId: newRunId,
    };
    const admissions: Admission[] = [];
    for (const { trigger, at } of due) {
      const cron = snapshot.crons.get(trigger);
      if (cron === undefined) continue;
      const ticked = tickCron(cron, at, { ...facts, downCause });
      admissions.push(...ticked.admissions);
      this.#agenda.set(trigger, ticked.next);
    }
    for (const cron of reboots)
      admissions.push(...tickCron(cron, now, { ...facts, downCause: undefined }).admissions);
    try {
      if (admissions.length > 0 || downCause !== undefined || this.#mode === 'draining') {
        await admit({ admissions, accountedUntil: now });
      }
      this.#setAlarm();
    } catch (error) {
      log.error('cannot record what is due, trying again', {
        moments: admissions.length,
        error: messageOf(error),
      });
      for (const { trigger, at } of due) this.#agenda.set(trigger, at);
      if (this.#mode === 'running') this.#alarmIn(now + TRY_AGAIN_MS);
    }
  }

  #setAlarm(): void {
    const at = this.#agenda.earliest();
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

function isSpent(cron: CronTrigger, state: CronState | undefined): boolean {
  return cron.runOnce && state !== undefined && state.spent && state.armHash === cron.armHash;
}

function isRescheduled(cron: CronTrigger, before: CronTrigger | undefined): boolean {
  return before !== cron && before?.armHash !== cron.armHash;
}
