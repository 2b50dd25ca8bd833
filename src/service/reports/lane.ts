/** Decides in which order the reports of one lane are sent: one at a time, each when its time has come. */
import type { TryAgain } from '../../core/again.ts';
import type { Cancel, Clock } from '../../core/clock.ts';
import type { ReportLedger, StoredReport } from '../../core/report-ledger.ts';

/** What a lane needs. */
export interface LaneDeps {
  readonly ledger: Pick<ReportLedger, 'first'>;
  /** Sends one and writes what came of it. */
  readonly deliver: (report: StoredReport) => Promise<void>;
  /** Nothing waits in it any more. */
  readonly onEmpty: () => void;
  readonly tryAgain: TryAgain;
  readonly clock: Clock;
}

/** One lane with something in it. */
export class Lane {
  readonly #name: string;
  readonly #deps: LaneDeps;
  #alarm: Cancel | undefined;
  #working: Promise<void> | undefined;
  #isWoken = false;
  #isEmpty = false;
  #isClosed = false;

  constructor(name: string, deps: LaneDeps) {
    this.#name = name;
    this.#deps = deps;
  }

  /** There is something new in it, or its time has come. */
  wake(): void {
    this.#isWoken = true;
    if (this.#working !== undefined || this.#isClosed) return;
    this.#alarm?.();
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#deps.tryAgain.later({ what: 'cannot send reports', of: this.#name }, error, () => {
          this.wake();
        });
      })
      .finally(() => {
        this.#working = undefined;
        if (this.#isWoken) this.wake();
        else if (this.#isEmpty) this.#deps.onEmpty();
      });
  }

  /** Sends nothing more; resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#alarm?.();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { ledger, deliver, clock } = this.#deps;
    while (!this.#isClosed) {
      this.#isWoken = false;
      const next = await ledger.first(this.#name);
      this.#isEmpty = next === undefined;
      if (next === undefined) return;
      if (next.nextAt > clock.now()) {
        this.#wait(next.nextAt);
        return;
      }
      await deliver(next);
    }
  }

  #wait(untilMs: number): void {
    this.#alarm = this.#deps.clock.alarm(untilMs, () => {
      this.wake();
    });
  }
}
