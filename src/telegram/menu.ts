/** Decides when the bot's menu of commands is sent to Telegram: when it is not the one that was sent last. */
import { createHash } from 'node:crypto';
import { menuName } from '../chat/memory-names.ts';
import type { MenuEntry } from '../chat/menu.ts';
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Failure } from './failure.ts';
import type { Line } from './line.ts';
import { Nap } from './nap.ts';
import { backoffMs } from './setback.ts';
import { untilStored } from './stored.ts';

/** What keeping the menu needs. */
export interface MenuDeps {
  readonly line: Line;
  readonly ledger: Pick<ChatLedger, 'remembered' | 'remember'>;
  readonly clock: Clock;
  readonly log: Log;
  /** What the menu is to be. */
  readonly entries: () => readonly MenuEntry[];
}

/** One bot's menu. */
export class Menu {
  readonly #deps: MenuDeps;
  readonly #nap: Nap;
  readonly #cut = new AbortController();
  #running: Promise<void> | undefined;
  #isStale = false;

  constructor(deps: MenuDeps) {
    this.#deps = deps;
    this.#nap = new Nap(deps.clock);
  }

  /** The entries, or the bot's account, may be others now. */
  refresh(): void {
    this.#isStale = true;
    this.#nap.cut();
    this.#running ??= this.#run();
  }

  /** Gives up what is under way; resolves when nothing is. */
  async close(): Promise<void> {
    this.#nap.end();
    this.#cut.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.#isStale && !this.#nap.isOver;) {
      this.#isStale = false;
      const failure = await this.#send();
      failures = failure === undefined ? 0 : failures + 1;
      if (failure !== undefined) await this.#later(failure, failures);
    }
    this.#running = undefined;
  }

  async #send(): Promise<Failure | undefined> {
    const { line, ledger, entries } = this.#deps;
    const { settings, client } = line.current;
    const menu = entries();
    const name = menuName(settings.account);
    const hash = hashOf(menu);
    const sent = await this.#stored(() => ledger.remembered(name));
    if (sent === undefined || sent.value === hash) return undefined;
    const answered = await client.setMenu(menu, this.#cut.signal);
    if (!answered.ok) return answered.failure;
    await this.#stored(() => ledger.remember(name, hash));
    return undefined;
  }

  async #later(failure: Failure, failures: number): Promise<void> {
    const { log } = this.#deps;
    // Refused for good: it takes another menu.
    if (failure.kind === 'refused') {
      log.warn('the menu was refused', { reason: failure.reason });
      return;
    }
    log.debug('the menu could not be sent, trying again', { reason: failure.reason });
    this.#isStale = true;
    await this.#nap.for(failure.kind === 'too_many' ? failure.retryAfterMs : backoffMs(failures));
  }

  #stored<T>(work: () => Promise<T>): ReturnType<typeof untilStored<T>> {
    return untilStored(work, {
      nap: this.#nap,
      log: this.#deps.log,
      problem: 'cannot look up the menu that was sent',
    });
  }
}

function hashOf(menu: readonly MenuEntry[]): string {
  const pairs = menu.map(({ command, description }) => [command, description]);
  return createHash('sha256').update(JSON.stringify(pairs)).digest('hex');
}
