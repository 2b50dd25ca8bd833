/** Decides from where in the service spans come: each place hands over what it does, and gets the same back. */
import type { Admit } from '../../core/admission.ts';
import type { AppEvent, ReloadReport } from '../../core/event.ts';
import type { SendOutcome, StoredMessage } from '../../core/message.ts';
import type { Span } from '../../core/tracing.ts';
import type { Execute } from '../../runs/attempt.ts';
import { tracedAdmit } from './admissions.ts';
import type { AdmissionTraceDeps } from './admissions.ts';
import { AttemptTraces } from './attempts.ts';
import { refusalSpan } from './refusals.ts';
import { reloadSpan } from './reloads.ts';
import { sendSpan } from './sends.ts';

/** What the service does, as spans. While nobody takes them, nothing is done for them. */
export class Traces {
  readonly #deps: AdmissionTraceDeps;
  readonly #attempts: AttemptTraces;

  constructor(deps: AdmissionTraceDeps) {
    this.#deps = deps;
    this.#attempts = new AttemptTraces(deps);
  }

  /** Around every admission. */
  admit(admit: Admit): Admit {
    return tracedAdmit(admit, this.#deps);
  }

  /** Around every attempt. */
  execute(execute: Execute): Execute {
    return this.#attempts.around(execute);
  }

  /** Around every reload. */
  async reload<Report extends ReloadReport | undefined>(work: () => Promise<Report>): Promise<Report> {
    const startedAt = this.#deps.clock.now();
    const report = await work();
    if (report !== undefined) this.#record(() => reloadSpan(report, startedAt));
    return report;
  }

  /** Hears of everything that happens in the service. */
  hear(event: AppEvent): void {
    this.#attempts.hear(event);
    if (event.kind === 'delivery')
      this.#record(() => refusalSpan(event, this.#deps.current().webhooks.get(event.trigger)));
  }

  /** Told of every message that was sent, or was not. */
  sent(row: StoredMessage, outcome: SendOutcome): void {
    this.#record(() => sendSpan(row, outcome, this.#deps.clock.now()));
  }

  #record(spanOf: () => Span | undefined): void {
    const { tracing } = this.#deps;
    if (!tracing.isOn) return;
    const span = spanOf();
    if (span !== undefined) tracing.record(span);
  }
}
