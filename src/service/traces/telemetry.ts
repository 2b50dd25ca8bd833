/** Decides where spans go while the service lives: what a save names takes over at once, what was there sends its rest. */
import { nothingToDo, onlyCommit, preparing } from '../../config/stage.ts';
import type { Prepared, Stage } from '../../config/stage.ts';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Mask } from '../../core/secret.ts';
import type { Snapshot, TelemetrySettings } from '../../core/snapshot.ts';
import type { Tracing } from '../../core/tracing.ts';
import type { TelemetryReload } from '../../core/views.ts';
import type { Conditions } from '../../telemetry/conditions.ts';
import type { Posted } from '../../telemetry/traces/collector.ts';
import type { Exporting } from '../../telemetry/traces/exporting.ts';
import { ForwardingTracing } from '../../telemetry/traces/forwarding.ts';

/** What exporting needs. */
export interface TelemetryDeps {
  readonly current: () => Snapshot;
  readonly mask: Mask;
  readonly conditions: Pick<Conditions, 'raise' | 'clear'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Of this program. */
  readonly version: string;
}

/** What waits in an exporter that is replaced, or at the end, is sent for this long. */
const FLUSH_MS = 2_000;

/** The exporter of a service. */
export class Telemetry implements Stage, AsyncDisposable {
  readonly #deps: TelemetryDeps;
  readonly #forwarding = new ForwardingTracing<Exporting>();
  readonly #leaving = new Set<Promise<number>>();

  constructor(deps: TelemetryDeps) {
    this.#deps = deps;
  }

  /** What the parts of the service give their spans to, from the start to the end. */
  get tracing(): Tracing {
    return this.#forwarding;
  }

  /** Takes up what the configuration of the start names. Spans are worth no start: what cannot be loaded is logged. */
  async begin({ telemetry }: Snapshot): Promise<void> {
    try {
      this.#forwarding.swap(await this.#make(telemetry));
    } catch (error) {
      this.#deps.log.error('cannot export spans', { error: messageOf(error) });
    }
  }

  /** See `Stage`. Whether the collector answers is no part of it: it may be away when the save comes, and come back. */
  async prepare({ telemetry: next }: Snapshot, { telemetry: previous }: Snapshot): Promise<Prepared> {
    if (fingerprint(next) === fingerprint(previous)) return nothingToDo;
    return preparing(['telemetry'], async () => {
      const made = await this.#make(next);
      return onlyCommit(() => {
        void this.#replace(made);
        const text = next === undefined ? 'is off' : `goes to ${targetOf(next)}`;
        return [{ key: 'telemetry', class: 'telemetry_reload', text }];
      });
    });
  }

  /** See `Control.reloadTelemetry`. */
  async reload(): Promise<TelemetryReload> {
    for (;;) {
      const { telemetry } = this.#deps.current();
      const made = await this.#make(telemetry);
      // A save may have brought another one meanwhile.
      if (telemetry !== this.#deps.current().telemetry) continue;
      const target = telemetry === undefined ? null : targetOf(telemetry);
      return { target, dropped: await this.#replace(made) };
    }
  }

  /** Sends what waits, for so long as that may take, and exports nothing any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    const last = this.#forwarding.swap(undefined);
    const dropped = (await last?.end(FLUSH_MS)) ?? 0;
    if (dropped > 0) this.#deps.log.warn('spans were lost at the end', { dropped });
    await Promise.all(this.#leaving);
  }

  async #make(settings: TelemetrySettings | undefined): Promise<Exporting | undefined> {
    if (settings === undefined) return undefined;
    const { Exporting: Made } = await import('../../telemetry/traces/exporting.ts');
    const { mask, clock, version } = this.#deps;
    const made = new Made({
      ...{ settings, version, mask, clock },
      told: (posted, leftOut) => {
        // What one that is replaced still tells is about nothing that is live.
        if (this.#forwarding.current === made) this.#tell(settings, posted, leftOut);
      },
    });
    return made;
  }

  #tell(settings: TelemetrySettings, posted: Posted, leftOut: number): void {
    const { conditions, mask, log } = this.#deps;
    if (!posted.ok) {
      conditions.raise('telemetry_unreachable', mask(`${placeOf(settings)}: ${posted.reason}`));
      return;
    }
    conditions.clear('telemetry_unreachable');
    if (leftOut > 0) log.warn('spans were left out: more came than the collector takes', { spans: leftOut });
  }

  /** The next takes over at once; answers how many spans of the one before were lost by that, once it has ended. */
  async #replace(next: Exporting | undefined): Promise<number> {
    const previous = this.#forwarding.swap(next);
    this.#deps.conditions.clear('telemetry_unreachable');
    if (previous === undefined) return 0;
    const ending = previous.end(FLUSH_MS);
    this.#leaving.add(ending);
    const dropped = await ending;
    this.#leaving.delete(ending);
    this.#deps.log.info('telemetry swapped', { dropped });
    return dropped;
  }
}

/** All that makes two settings differ; it holds secrets, and must not leave the process. */
function fingerprint(settings: TelemetrySettings | undefined): string | undefined {
  if (settings === undefined) return undefined;
  const headers = [...settings.headers].map(([name, secret]) => [name, secret.reveal()]);
  return JSON.stringify({ ...settings, headers });
}

function targetOf(settings: TelemetrySettings): string {
  return `${placeOf(settings)} as ${settings.serviceName}`;
}

/** Without the query, which may hold a key. */
function placeOf({ url }: TelemetrySettings): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
