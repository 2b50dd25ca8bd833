/** Decides what a reload leaves behind: its report, the conditions that it raises and, where something was away, another try. */
import { errorLines } from '../config/issues.ts';
import type { ReloadEngine } from '../config/reload.ts';
import type { Cancel, Clock } from '../core/clock.ts';
import type { ReloadReport } from '../core/event.ts';
import type { Conditions } from '../telemetry/conditions.ts';

// A port that another program holds, a bot that does not answer.
const TRY_AGAIN_MS = 10_000;

/** What is done around a reload; the answer is that of `work`. */
export type Around = <Report extends ReloadReport | undefined>(
  work: () => Promise<Report>,
) => Promise<Report>;

/** What following reloads needs. */
export interface AfterReloadDeps {
  readonly engine: Pick<ReloadEngine, 'isAwaiting' | 'again'>;
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  /** Around each, whoever asked. */
  readonly traced: Around;
  /** Around one that nobody asked for. */
  readonly around: Around;
  readonly clock: Clock;
}

/** Follows the reloads of a configuration. */
export class AfterReload {
  readonly #deps: AfterReloadDeps;
  #last: ReloadReport | undefined;
  #stopTrying: Cancel = () => {};

  constructor(deps: AfterReloadDeps) {
    this.#deps = deps;
  }

  /** The last report, whether it changed anything or not. */
  get last(): ReloadReport | undefined {
    return this.#last;
  }

  /** Does `work`; one that answers with no report has found nothing to do. */
  async follow<Report extends ReloadReport | undefined>(work: () => Promise<Report>): Promise<Report> {
    const { engine, traced, around, clock } = this.#deps;
    const report = await traced(work);
    if (report !== undefined) this.keep(report);
    this.#stopTrying();
    if (engine.isAwaiting)
      this.#stopTrying = clock.after(
        TRY_AGAIN_MS,
        () => void around(() => this.follow(() => engine.again())),
      );
    return report;
  }

  /** Takes a report as the last one. */
  keep(report: ReloadReport): void {
    this.#last = report;
    judge(this.#deps.conditions, report);
  }

  /** Tries nothing any more. */
  close(): void {
    this.#stopTrying();
  }
}

function judge(conditions: AfterReloadDeps['conditions'], { ok, held, issues, putBack }: ReloadReport): void {
  if (putBack === null) conditions.clear('rolled_back');
  else conditions.raise('rolled_back', `revision ${putBack}, until the file changes`);
  const detail = errorLines(issues).join('; ');
  if (held.length > 0) conditions.raise('include_invalid', detail);
  else if (ok) conditions.clear('include_invalid');
  if (ok || held.length > 0) conditions.clear('config_invalid');
  else conditions.raise('config_invalid', detail);
}
