/** Decides what asking for a restart means: who asks, what is known once it has begun, and how the service leaves. */
import type { RunId } from './ids.ts';
import type { Destination } from './message.ts';

/** The chat that asks for a restart: it is told when the service is back. */
export interface RestartOrder {
  readonly to: Destination;
  /** The message that asks. */
  readonly replyTo?: number;
  /** Names the request, which is carried out once. */
  readonly request: string;
}

/** A restart as somebody asks for it. */
export interface RestartRequest {
  /** Whatever is on disk, and however often it has been restarted. */
  readonly force: boolean;
  readonly order?: RestartOrder;
  /** The run that asks, from inside: it is not waited for, and asks once. */
  readonly run?: RunId;
}

/** A restart that has begun. */
export interface RestartTaken {
  /** Runs that are waited for, without the one that asks. */
  readonly waitsFor: number;
  /** The same request has been carried out already: nothing happens. */
  readonly isRepeated: boolean;
}

/** Why the service leaves; of a restart the run that is not waited for. */
export type Departure =
  | { readonly kind: 'stop' }
  | { readonly kind: 'restart'; readonly order?: RestartOrder; readonly run?: RunId };
