/** Decides how a service begins to be traced: first of its parts, so that it ends last and the end of the others is told too. */
import type { Snapshot } from '../../core/snapshot.ts';
import type { Resources } from '../resources.ts';
import { Telemetry } from './telemetry.ts';
import { Traces } from './traces.ts';

/** Where spans come from, and where they go. */
export interface TracedService {
  readonly telemetry: Telemetry;
  readonly traces: Traces;
}

/** Exports what the configuration of the start says, until `undo`. */
export async function startTelemetry(
  { redactor, conditions, bus, clock, log, loaded, options: { version } }: Resources,
  current: () => Snapshot,
  undo: AsyncDisposableStack,
): Promise<TracedService> {
  const mask = (text: string): string => redactor.text(text);
  const telemetry = undo.use(new Telemetry({ current, mask, conditions, clock, log, version }));
  await telemetry.begin(loaded.snapshot);
  const traces = new Traces({ tracing: telemetry.tracing, current, clock });
  undo.defer(
    bus.subscribe((event) => {
      traces.hear(event);
    }),
  );
  return { telemetry, traces };
}
