/** Decides what is known of a sender that is to be told of its run, and what telling it takes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import type { RunId } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { WebhookTrigger } from '../../core/trigger.ts';
import type { Results } from './results.ts';

/** A sender whose delivery is in the ledger. */
export interface Sender {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly trigger: WebhookTrigger;
}

/** The same, and the run that its delivery is. */
export interface Awaiting extends Sender {
  readonly run: RunId;
}

/** What answering needs. */
export interface AnswerDeps {
  readonly results: Results;
  readonly clock: Clock;
  readonly log: Log;
}
