/** Decides how it is told that reports were given up: a condition that names their triggers, until one is delivered. */
import type { TriggerId } from '../../core/ids.ts';
import type { Report } from '../../core/report.ts';
import type { Conditions } from '../../telemetry/conditions.ts';

/** Who is told, and which triggers there are. */
export interface LostDeps {
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  readonly isConfigured: (trigger: TriggerId) => boolean;
}

interface Lost {
  readonly trigger: TriggerId;
  readonly detail: string;
}

/** Triggers whose last report of a kind did not arrive. */
export class LostReports {
  readonly #deps: LostDeps;
  readonly #lost = new Map<string, Lost>();

  constructor(deps: LostDeps) {
    this.#deps = deps;
  }

  givenUp({ kind, facts: { lane } }: Report, reason: string): void {
    const name = nameOf(kind, lane);
    this.#lost.set(name, { trigger: lane, detail: `${name}: ${reason}` });
    this.#tell();
  }

  delivered({ kind, facts: { lane } }: Report): void {
    if (this.#lost.delete(nameOf(kind, lane))) this.#tell();
  }

  /** Triggers have come and gone. */
  sweep(): void {
    const gone = [...this.#lost].filter(([, { trigger }]) => !this.#deps.isConfigured(trigger));
    for (const [name] of gone) this.#lost.delete(name);
    if (gone.length > 0) this.#tell();
  }

  #tell(): void {
    const details = [...this.#lost.values()].map(({ detail }) => detail);
    if (details.length === 0) this.#deps.conditions.clear('report_undelivered');
    else this.#deps.conditions.raise('report_undelivered', details.join('; '));
  }
}

function nameOf(kind: Report['kind'], lane: TriggerId): string {
  return `${kind === 'callback' ? 'callbacks' : 'pings'} of ${lane}`;
}
