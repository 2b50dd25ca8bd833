/** Decides what the store keeps of webhooks that expect deliveries, so that a restart neither forgets nor tells anew. */
import { TryAgain } from '../core/again.ts';
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { Clock } from '../core/clock.ts';
import { asTriggerId } from '../core/ids.ts';
import type { TriggerId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Silence } from '../triggers/silence.ts';
import { lastDelivery } from './last-delivery.ts';
import type { DeliveryRecords } from './last-delivery.ts';

/** A webhook that expects deliveries, as far as it is kept. */
export type Expected = Omit<Silence, 'reachableSince' | 'isHeld'>;

/** How the names begin under which they are kept, see `ChatLedger.remember`. */
const EXPECTED = 'expected:';

/** What keeping needs. */
export interface ExpectationMemoryDeps {
  readonly ledger: Pick<ChatLedger, 'remember' | 'memories'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What an earlier life kept, with what arrived since. Rejects with `unavailable`. */
export async function loadExpected(
  ledger: DeliveryRecords & { readonly chat: ExpectationMemoryDeps['ledger'] },
): Promise<ReadonlyMap<TriggerId, Expected>> {
  const found = new Map<TriggerId, Expected>();
  for (const [trigger, one] of await remembered(ledger.chat)) {
    const { lastAt = one.since } = one;
    const arrivedAt = (await lastDelivery(ledger, trigger, lastAt)) ?? -Infinity;
    found.set(trigger, arrivedAt > lastAt ? { ...one, lastAt: arrivedAt } : one);
  }
  return found;
}

/** The ledger forgets what cannot be read. */
async function remembered(
  ledger: ExpectationMemoryDeps['ledger'],
): Promise<ReadonlyMap<TriggerId, Expected>> {
  const found = new Map<TriggerId, Expected>();
  for (const [name, text] of await ledger.memories(EXPECTED)) {
    const trigger = asTriggerId(name.slice(EXPECTED.length));
    const expected = readExpected(text);
    if (trigger !== undefined && expected !== undefined) found.set(trigger, expected);
    else await ledger.remember(name, undefined);
  }
  return found;
}

/** Writes what changes, one after the other; what the store does not take is written later. */
export class ExpectationMemory implements AsyncDisposable {
  readonly #ledger: ExpectationMemoryDeps['ledger'];
  readonly #tryAgain: TryAgain;
  readonly #unwritten = new Map<string, string | undefined>();
  #writing: Promise<void> | undefined;

  constructor({ ledger, clock, log }: ExpectationMemoryDeps) {
    this.#ledger = ledger;
    this.#tryAgain = new TryAgain({ clock, log });
  }

  /** Keeps this of the trigger; undefined: nothing. */
  keep(trigger: TriggerId, expected: Expected | undefined): void {
    this.#unwritten.set(`${EXPECTED}${trigger}`, expected && JSON.stringify(expected));
    this.#write();
  }

  /** Begins nothing more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#tryAgain.close();
    await this.#writing;
  }

  #write(): void {
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    try {
      for (let next = first(this.#unwritten); next !== undefined; next = first(this.#unwritten)) {
        const [name, text] = next;
        await this.#ledger.remember(name, text);
        if (this.#unwritten.get(name) === text) this.#unwritten.delete(name);
      }
    } catch (error) {
      this.#tryAgain.later('cannot keep what is expected of webhooks', error, () => {
        this.#write();
      });
    }
    this.#writing = undefined;
  }
}

function first<Name, Value>(map: ReadonlyMap<Name, Value>): readonly [Name, Value] | undefined {
  const { done, value } = map.entries().next();
  return done === true ? undefined : value;
}

function readExpected(text: string): Expected | undefined {
  try {
    const { everyMs, graceMs, since, lastAt, toldFrom } = JSON.parse(text) as Record<string, unknown>;
    if (!isWhole(everyMs) || !isWhole(graceMs) || !isWhole(since)) return undefined;
    return {
      ...{ everyMs, graceMs, since },
      lastAt: isWhole(lastAt) ? lastAt : undefined,
      toldFrom: isWhole(toldFrom) ? toldFrom : undefined,
    };
  } catch {
    // Whatever stands there, it is none of ours.
    return undefined;
  }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
