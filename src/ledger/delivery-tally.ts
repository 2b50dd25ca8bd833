/** Decides how outcomes of deliveries are added up, and how many different reasons are told apart. */
import { utcDay } from '../core/day.ts';
import type { TriggerId } from '../core/ids.ts';
import type { DeliveryCount, DeliveryLedger } from '../core/delivery-ledger.ts';

/** The longest reason kept, in characters. */
const LONGEST_REASON = 200;
/** Different reasons of a trigger and day: some quote what a sender wrote, and senders write anything. */
const MOST_REASONS = 50;
/** What all further reasons count as. */
const OTHER_REASON = 'other';

/** The reason that a count is kept under, where its trigger and day have `known` ones already. */
export function keptReason(reason: string | null, known: ReadonlySet<string>): string | null {
  if (reason === null || reason === '') return null;
  const cut = reason.slice(0, LONGEST_REASON).toWellFormed();
  return known.has(cut) || known.size < MOST_REASONS ? cut : OTHER_REASON;
}

/** A count that grows in place: one is added for every request. */
type Row = DeliveryCount & { count: number; lastAt: number };

interface DayOfTrigger {
  readonly trigger: TriggerId;
  readonly day: string;
  readonly rows: Map<string, Row>;
  readonly reasons: Set<string>;
}

/** Counts in memory, bounded as the port of deliveries asks. */
export class DeliveryTally {
  readonly #days = new Map<string, DayOfTrigger>();

  get isEmpty(): boolean {
    return this.#days.size === 0;
  }

  /** Adds one count to those there are. */
  add({ trigger, day, verdict, reason, count, lastAt }: DeliveryCount): void {
    const { rows, reasons } = this.#dayOf(trigger, day);
    const kept = keptReason(reason, reasons);
    if (kept !== null) reasons.add(kept);
    const key = `${verdict} ${kept ?? ''}`;
    const there = rows.get(key);
    if (there === undefined) {
      rows.set(key, { trigger, day, verdict, reason: kept, count, lastAt });
      return;
    }
    there.count += count;
    there.lastAt = Math.max(lastAt, there.lastAt);
  }

  /** See `DeliveryLedger.deliveryCounts`. */
  rows({
    trigger,
    sinceDay = '',
  }: Parameters<DeliveryLedger['deliveryCounts']>[0] = {}): readonly DeliveryCount[] {
    return this.#oldestFirst()
      .filter((known) => known.day >= sinceDay && (trigger === undefined || known.trigger === trigger))
      .flatMap(({ rows }) => [...rows.values()].map((row) => ({ ...row })));
  }

  /** See `DeliveryLedger.forget`. */
  forget({ before, limit }: Parameters<DeliveryLedger['forget']>[0]): number {
    const today = utcDay(before);
    let gone = 0;
    for (const { trigger, day, rows } of this.#oldestFirst().filter((known) => known.day < today)) {
      for (const key of [...rows.keys()].slice(0, limit - gone)) gone += Number(rows.delete(key));
      if (rows.size === 0) this.#days.delete(nameOf(trigger, day));
    }
    return gone;
  }

  #oldestFirst(): readonly DayOfTrigger[] {
    return [...this.#days.values()].sort((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)));
  }

  #dayOf(trigger: TriggerId, day: string): DayOfTrigger {
    const name = nameOf(trigger, day);
    let found = this.#days.get(name);
    if (found === undefined) {
      found = { trigger, day, rows: new Map(), reasons: new Set() };
      this.#days.set(name, found);
    }
    return found;
  }
}

function nameOf(trigger: TriggerId, day: string): string {
  return `${day} ${trigger}`;
}
