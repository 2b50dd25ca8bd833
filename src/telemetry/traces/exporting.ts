/**
 * Decides how spans are made and sent off: OpenTelemetry's own tracer and batches, with one collector behind them. Loaded
 * only where one is configured, as the packages take a good part of what a start takes.
 */
import { ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api';
import type { Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { pause } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import type { Mask } from '../../core/secret.ts';
import type { TelemetrySettings } from '../../core/snapshot.ts';
import type { Span, Tracing } from '../../core/tracing.ts';
import { Batches } from './batches.ts';
import type { Told } from './batches.ts';
import { ChosenIds } from './chosen-ids.ts';
import { optionsOf, parentIn } from './span-options.ts';

/** What spans are exported with. */
export interface ExportingDeps {
  readonly settings: TelemetrySettings;
  /** Of this program. */
  readonly version: string;
  /** Spans leave the process: no text of theirs holds what is secret. */
  readonly mask: Mask;
  readonly told: Told;
  readonly clock: Clock;
}

/** How long finished spans wait for others at most, so that a person who looks on sees them come. */
const GATHER_MS = 500;
/** Spans that wait or are on their way; more are left out, and counted. */
const MOST_PENDING = 2_048;
/** Beyond the time of a batch itself, which is what ends it. */
const SLACK_MS = 5_000;

/** The way of spans to one collector. */
export class Exporting implements Pick<Tracing, 'samples' | 'record'> {
  readonly #deps: ExportingDeps;
  readonly #ids = new ChosenIds();
  readonly #sampler: TraceIdRatioBasedSampler;
  readonly #batches: Batches;
  readonly #processor: BatchSpanProcessor;
  readonly #tracer: Tracer;

  constructor(deps: ExportingDeps) {
    this.#deps = deps;
    const { settings, version, told, clock } = deps;
    this.#sampler = new TraceIdRatioBasedSampler(settings.sample);
    this.#batches = new Batches({ settings, told, clock, most: MOST_PENDING });
    this.#processor = new BatchSpanProcessor({
      exporter: this.#batches,
      scheduledDelayMillis: GATHER_MS,
      maxQueueSize: MOST_PENDING,
      exportTimeoutMillis: settings.timeoutMs + SLACK_MS,
    });
    const provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': settings.serviceName,
        'service.version': version,
      }),
      sampler: this.#sampler,
      idGenerator: this.#ids,
      spanProcessors: [this.#processor],
    });
    this.#tracer = provider.getTracer('untether', version);
  }

  samples(id: string): boolean {
    return this.#sampler.shouldSample(ROOT_CONTEXT, id).decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  record(span: Span): void {
    const id = span.trace ?? this.#ids.generateTraceId();
    if (!this.samples(id) || !this.#batches.expects()) return;
    const { mask } = this.#deps;
    this.#ids.choose({ trace: id, span: span.id });
    const started = this.#tracer.startSpan(span.name, optionsOf(span, mask), parentIn(id, span.parent));
    if (span.failure !== undefined)
      started.setStatus({ code: SpanStatusCode.ERROR, message: mask(span.failure) });
    started.end(new Date(span.endedAt));
  }

  /** Sends what waits, for so long; what is still under way then is given up. Answers how many spans were lost by that. */
  async end(withinMs: number): Promise<number> {
    const lostBefore = this.#batches.lost;
    const flushed = new AbortController();
    void this.#flush().then(() => {
      flushed.abort();
    });
    await pause(this.#deps.clock, withinMs, flushed.signal);
    this.#batches.giveUp();
    await this.#processor.shutdown().catch(counted);
    return this.#batches.lost - lostBefore;
  }

  /** What is on its way already is no part of a flush by OpenTelemetry's own word. */
  async #flush(): Promise<void> {
    await this.#processor.forceFlush().catch(counted);
    await this.#batches.idle();
  }
}

/** A batch that fails is counted where it does. */
function counted(): void {}
