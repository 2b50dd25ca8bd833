/**
 * Decides when reports are sent: as soon as they are in the store, lane by lane, beside everything else.
 *
 * Nothing waits for it. It looks into the store when an event says that a run has begun or ended, and at a start; so what
 * a sudden death left there is sent by the next life, maybe for the second time.
 */
import { TryAgain } from '../../core/again.ts';
import { pause } from '../../core/clock.ts';
import type { Subscribe } from '../../core/event.ts';
import type { ReportLedger } from '../../core/report-ledger.ts';
import { isTerminal } from '../../core/run.ts';
import type { Outbound } from '../../net/fetch.ts';
import type { DeliveryDeps } from './delivery.ts';
import { deliver } from './delivery.ts';
import { Lane } from './lane.ts';
import { Turns } from './turns.ts';

/** Requests with one host at once. */
const MOST_OF_A_HOST = 8;

/** What the pump needs. */
export interface ReportsDeps extends Omit<DeliveryDeps, 'turns'> {
  readonly ledger: ReportLedger;
  readonly outbound: Outbound;
  readonly subscribe: Subscribe;
}

/** The one pump of reports. `begin` it when the last life is settled. */
export class Reports {
  readonly #deps: DeliveryDeps & ReportsDeps;
  readonly #tryAgain: TryAgain;
  readonly #lanes = new Map<string, Lane>();
  #seen = 0;
  #isLooking = false;
  #mustLook = false;
  #isClosed = false;
  #unsubscribe = (): void => {};

  constructor(deps: ReportsDeps) {
    this.#deps = { ...deps, turns: new Turns(MOST_OF_A_HOST) };
    this.#tryAgain = new TryAgain(deps);
  }

  begin(): void {
    this.#unsubscribe = this.#deps.subscribe((event) => {
      if (event.kind === 'run' && (event.state === 'running' || isTerminal(event.state))) this.#look();
    });
    this.#look();
  }

  /** Lets what is under way end for up to `graceMs`; the rest is left to the next life. Safe to call twice. */
  async close(graceMs: number): Promise<void> {
    const { clock, outbound } = this.#deps;
    this.#unsubscribe();
    this.#isClosed = true;
    this.#tryAgain.close();
    const ended = new AbortController();
    const all = Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    void all.finally(() => {
      ended.abort();
    });
    await pause(clock, graceMs, ended.signal);
    await outbound.close();
    await all;
  }

  /** One look after the other; what asks meanwhile is served by the next. */
  #look(): void {
    this.#mustLook = true;
    if (!this.#isLooking) void this.#lookOn();
  }

  async #lookOn(): Promise<void> {
    this.#isLooking = true;
    while (this.#mustLook && !this.#isClosed) {
      this.#mustLook = false;
      await this.#lookOnce();
    }
    this.#isLooking = false;
  }

  async #lookOnce(): Promise<void> {
    try {
      const { lanes, newest } = await this.#deps.ledger.lanes(this.#seen);
      if (this.#isClosed) return;
      this.#seen = newest;
      for (const name of lanes) this.#laneOf(name).wake();
    } catch (error) {
      this.#tryAgain.later('cannot see which reports wait', error, () => {
        this.#look();
      });
    }
  }

  #laneOf(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane = new Lane(name, {
      ledger: this.#deps.ledger,
      deliver: (report) => deliver(report, this.#deps),
      onEmpty: () => this.#lanes.delete(name),
      tryAgain: this.#tryAgain,
      clock: this.#deps.clock,
    });
    this.#lanes.set(name, lane);
    return lane;
  }
}
