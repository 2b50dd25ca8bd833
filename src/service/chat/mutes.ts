/** Decides which triggers a chat hears nothing of for a while; it outlives swaps and restarts. */
import { MUTES, muteName } from '../../chat/memory-names.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Clock } from '../../core/clock.ts';
import type { TriggerId } from '../../core/ids.ts';

/** What is muted, in memory as in the ledger. */
export class Mutes {
  readonly #ledger: Pick<ChatLedger, 'remember'>;
  readonly #clock: Clock;
  /** Epoch ms by name. */
  readonly #until: Map<string, number>;

  /** Begins with these; `load` reads them. */
  constructor(ledger: Pick<ChatLedger, 'remember'>, clock: Clock, until: ReadonlyMap<string, string>) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#until = new Map([...until].map(([name, at]) => [name, Number(at)]));
  }

  /** Takes up what is in the ledger, which forgets those that are over. Rejects with `unavailable`. */
  static async load(ledger: Pick<ChatLedger, 'remember' | 'memories'>, clock: Clock): Promise<Mutes> {
    const all = [...(await ledger.memories(MUTES))];
    const isOver = ([, until]: readonly [name: string, until: string]): boolean =>
      !(Number(until) > clock.now());
    await Promise.all(all.filter(isOver).map(([name]) => ledger.remember(name, undefined)));
    return new Mutes(ledger, clock, new Map(all.filter((one) => !isOver(one))));
  }

  /** Mutes for so long, or no more where that is 0; answers until when. Rejects with `unavailable`. */
  async mute(trigger: TriggerId, chat: string, forMs: number): Promise<number> {
    const name = muteName(trigger, chat);
    const until = this.#clock.now() + forMs;
    await this.#ledger.remember(name, forMs > 0 ? String(until) : undefined);
    if (forMs > 0) this.#until.set(name, until);
    else this.#until.delete(name);
    return until;
  }

  isMuted(trigger: TriggerId, chat: string): boolean {
    const until = this.#until.get(muteName(trigger, chat));
    return until !== undefined && until > this.#clock.now();
  }
}
