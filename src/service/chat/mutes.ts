/** Decides which triggers a chat hears nothing of for a while; it outlives swaps and restarts. */
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Clock } from '../../core/clock.ts';
import type { TriggerId } from '../../core/ids.ts';

const PREFIX = 'mute:';

/** What is muted, in memory as in the ledger. */
export class Mutes {
  readonly #ledger: ChatLedger;
  readonly #clock: Clock;
  /** Epoch ms by name. */
  readonly #until: Map<string, number>;

  /** Begins with these; `load` reads them. */
  constructor(ledger: ChatLedger, clock: Clock, until: ReadonlyMap<string, string>) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#until = new Map([...until].map(([name, at]) => [name, Number(at)]));
  }

  /** Takes up what is in the ledger. Rejects with `unavailable`. */
  static async load(ledger: ChatLedger, clock: Clock): Promise<Mutes> {
    return new Mutes(ledger, clock, await ledger.memories(PREFIX));
  }

  /** Mutes for so long, or no more where that is 0; answers until when. Rejects with `unavailable`. */
  async mute(trigger: TriggerId, chat: string, forMs: number): Promise<number> {
    const name = nameOf(trigger, chat);
    const until = this.#clock.now() + forMs;
    await this.#ledger.remember(name, forMs > 0 ? String(until) : undefined);
    if (forMs > 0) this.#until.set(name, until);
    else this.#until.delete(name);
    return until;
  }

  isMuted(trigger: TriggerId, chat: string): boolean {
    const until = this.#until.get(nameOf(trigger, chat));
    return until !== undefined && until > this.#clock.now();
  }
}

function nameOf(trigger: TriggerId, chat: string): string {
  return `${PREFIX}${chat}:${trigger}`;
}
