/** Decides what becomes of batches of spans: posted one by one, and every span that did not arrive is counted. */
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Clock } from '../../core/clock.ts';
import { AppError, messageOf } from '../../core/errors.ts';
import type { TelemetrySettings } from '../../core/snapshot.ts';
import { post } from './collector.ts';
import type { Posted } from './collector.ts';

/** Told how each batch went, and how many spans were left out since the last one, as too many were on their way. */
export type Told = (posted: Posted, leftOut: number) => void;

/** What batches are posted with. */
export interface BatchesDeps {
  readonly settings: Pick<TelemetrySettings, 'url' | 'headers' | 'timeoutMs'>;
  readonly told: Told;
  readonly clock: Clock;
  /** Spans that wait or are on their way. */
  readonly most: number;
}

/** How OpenTelemetry is told of an end: an `ExportResult`, of a package that nothing else is needed of. */
type OnEnd = (result: { readonly code: number; readonly error?: Error }) => void;
const TAKEN = 0;
const LOST = 1;

/** The way out of one collector's spans. */
export class Batches implements SpanExporter {
  readonly #deps: BatchesDeps;
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #pending = 0;
  #leftOut = 0;
  #lost = 0;

  constructor(deps: BatchesDeps) {
    this.#deps = deps;
  }

  /** A span comes; false: it is one too many, or too late. */
  expects(): boolean {
    const hasRoom = this.#pending < this.#deps.most && !this.#stop.signal.aborted;
    if (hasRoom) this.#pending += 1;
    else this.#leftOut += 1;
    return hasRoom;
  }

  /** Spans that were expected and did not arrive, or were left out, and will not arrive any more. */
  get lost(): number {
    return this.#lost + this.#leftOut;
  }

  export(spans: ReadableSpan[], onEnd: OnEnd): void {
    const sending = this.#send(spans).then((posted) => {
      this.#underWay.delete(sending);
      this.#pending -= spans.length;
      if (!posted.ok) this.#lost += spans.length;
      this.#tell(posted);
      onEnd(posted.ok ? { code: TAKEN } : { code: LOST, error: new AppError('unavailable', posted.reason) });
    });
    this.#underWay.add(sending);
  }

  /** Resolves once nothing is on its way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Lets go of what is on its way, and takes nothing any more. */
  giveUp(): void {
    this.#stop.abort();
  }

  async shutdown(): Promise<void> {
    this.giveUp();
    await this.idle();
  }

  async #send(spans: ReadableSpan[]): Promise<Posted> {
    const { settings, clock } = this.#deps;
    try {
      const body = JsonTraceSerializer.serializeRequest(spans) ?? [];
      return await post(new Uint8Array(body), { settings, clock, stop: this.#stop.signal });
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }

  #tell(posted: Posted): void {
    const leftOut = this.#leftOut;
    this.#lost += leftOut;
    this.#leftOut = 0;
    this.#deps.told(posted, leftOut);
  }
}
