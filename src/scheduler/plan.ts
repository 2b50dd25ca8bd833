/** Decides which moment of each cron comes next, whatever the snapshot changes: the agenda, kept in step with it. */
import { messageOf } from '../core/errors.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import { cronIn, everyCron } from '../core/snapshot.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { CronState } from '../core/trigger-ledger.ts';
import type { CronTrigger } from '../core/trigger.ts';
import { unmatched } from '../core/unmatched.ts';
import { Agenda } from './agenda.ts';
import type { DueCron } from './gather.ts';
import { isSpent } from './spent.ts';

/** What the ledger knows of crons. */
export type CronStates = ReadonlyMap<TriggerId, CronState>;

/** What a plan begins with; times are epoch ms. */
export interface Beginning {
  readonly states: CronStates;
  readonly cursor: number;
  /** The first moment of each cron that is held because the service was stopping. */
  readonly heldSince: ReadonlyMap<TriggerId, number>;
  readonly now: number;
}

/** The next moments. Those of crons that are switched off count: they are accounted for as well. */
export class Plan {
  readonly #agenda = new Agenda();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Epoch ms of the trigger's next moment. */
  of(trigger: TriggerId): number | undefined {
    return this.#agenda.of(trigger);
  }

  /** The earliest moment of all. */
  earliest(): number | undefined {
    return this.#agenda.earliest();
  }

  /** Takes out every cron whose moment is at or before `now`. */
  takeDue(now: number): readonly DueCron[] {
    return this.#agenda.takeDue(now);
  }

  /** Sets these moments; undefined: there is none. */
  set(moments: ReadonlyMap<TriggerId, number | undefined>): void {
    for (const [trigger, at] of moments) this.#agenda.set(trigger, at);
  }

  /**
   * Begins: the first moment of each cron after `cursor`, or after it was armed, where that is later; that which the end
   * of the last life held is before the cursor.
   */
  fill(snapshot: Snapshot, { states, cursor, heldSince, now }: Beginning): void {
    for (const cron of everyCron(snapshot)) {
      const state = states.get(cron.id);
      const since = Math.min(cursor, (heldSince.get(cron.id) ?? Infinity) - 1);
      const from = Math.min(Math.max(since, state?.armedAt ?? since), now);
      this.#agenda.set(cron.id, isSpent(cron, state) ? undefined : this.#nextOf(cron, from));
    }
  }

  /**
   * Follows a swap: only crons that are new, gone or differently scheduled get another moment. Answers with those that
   * fire once: the ledger has to say whether they are spent.
   */
  follow(next: Snapshot, previous: Snapshot, now: number): readonly CronTrigger[] {
    const live = unmatched(next.crons, previous.crons);
    const idle = unmatched(next.idleCrons, previous.idleCrons);
    const changed = [...live.next, ...idle.next].filter(
      (cron) => cronIn(previous, cron.id)?.armHash !== cron.armHash,
    );
    for (const { id } of [...live.previous, ...idle.previous])
      if (cronIn(next, id) === undefined) this.#agenda.set(id, undefined);
    for (const cron of changed) this.#agenda.set(cron.id, cron.runOnce ? undefined : this.#nextOf(cron, now));
    return changed.filter((cron) => cron.runOnce);
  }

  /** Puts those that are not spent on the agenda, with their first moment after `from`. */
  arm(
    crons: readonly CronTrigger[],
    { live, states, from }: { readonly live: Snapshot; readonly states: CronStates; readonly from: number },
  ): void {
    for (const cron of crons) {
      // A later swap may have taken it away or changed it, and has its own look.
      if (cronIn(live, cron.id)?.armHash !== cron.armHash || isSpent(cron, states.get(cron.id))) continue;
      this.#agenda.set(cron.id, this.#nextOf(cron, from));
    }
  }

  /** What was taken out is still due, but for crons that a swap took away or changed since. */
  putBack(
    due: readonly DueCron[],
    { then, live }: { readonly then: Snapshot; readonly live: Snapshot },
  ): void {
    for (const { trigger, at } of due) {
      const cron = cronIn(live, trigger);
      if (cron !== undefined && cron.armHash === cronIn(then, trigger)?.armHash)
        this.#agenda.set(trigger, at);
    }
  }

  /** Undefined also where its schedule meets a fault: that is ours, and the others go on. */
  #nextOf(cron: CronTrigger, from: number): number | undefined {
    try {
      return cron.schedule.next(from);
    } catch (error) {
      this.#log.error('a schedule met a fault', { trigger: cron.id, error: messageOf(error) });
      return undefined;
    }
  }
}
