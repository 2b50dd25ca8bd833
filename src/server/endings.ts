/** Decides how a request to a webhook ends that is no run: one answer, and one event that tells how it went and why. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../core/errors.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { HandshakeAnswer, WebhookTrigger } from '../core/trigger.ts';
import type { ServerDeps } from './deps.ts';
import { handshakeReply, replies, replyOf, retryAfter } from './replies.ts';
import type { Reply, ReplyDetail, ReplyKind } from './replies.ts';
import { respond, turnAway } from './respond.ts';
import type { Trouble } from './upload/parts.ts';
import type { Misplaced, Upload } from './upload/upload.ts';

const UNAVAILABLE_RETRY_MS = 5_000;

/** One request on its way; everything it meets belongs to the snapshot that it met first. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly snapshot: Snapshot;
  readonly trigger: WebhookTrigger;
  /** The files that came with it; none of them stays unless the ledger takes the delivery. */
  readonly upload?: Upload;
}

/** Why a request ended as it did, and what its reply carries beside the word. */
export interface Ending extends ReplyDetail {
  readonly reason?: string;
}

/** What ending works with. */
type EndingsDeps = Pick<ServerDeps, 'publish' | 'clock' | 'log'>;

/** Ends requests. */
export class Endings {
  readonly #deps: EndingsDeps;

  constructor(deps: EndingsDeps) {
    this.#deps = deps;
  }

  /** The delivery is none, wherever on its way: before its body was read, in the middle, or after it. */
  end(exchange: Exchange, kind: ReplyKind, ending: Ending = {}): void {
    this.#send(exchange, replyOf(kind, ending));
    this.report(exchange, kind, ending.reason);
  }

  /** The provider asked a question. */
  shakeHands(exchange: Exchange, answer: HandshakeAnswer): void {
    this.#send(exchange, handshakeReply(answer));
    this.report(exchange, 'handshake');
  }

  /** It cannot be stored now. */
  unavailable(exchange: Exchange, error: unknown): void {
    this.#deps.log.error('a delivery could not be stored', { trigger: exchange.trigger.id, error });
    this.end(exchange, 'unavailable', {
      reason: messageOf(error),
      headers: retryAfter(UNAVAILABLE_RETRY_MS),
    });
  }

  /** Nobody can say now who the sender is. */
  unverified(exchange: Exchange, reason: string): void {
    this.#deps.log.warn('a sender could not be verified', { trigger: exchange.trigger.id, reason });
    this.end(exchange, 'unavailable', { reason, headers: retryAfter(UNAVAILABLE_RETRY_MS) });
  }

  /** Its files could not be had, or not be put in their places. */
  noUpload(exchange: Exchange, { kind, reason }: Trouble | Misplaced): void {
    if (kind === 'unavailable') this.unavailable(exchange, reason);
    else this.end(exchange, kind, { reason });
  }

  /** A bug, which the sender can do nothing about. */
  failed(exchange: Exchange, error: unknown): void {
    this.#deps.log.error('a delivery met a fault', { trigger: exchange.trigger.id, error });
    this.end(exchange, 'failed', { reason: messageOf(error) });
  }

  /** Tells how it went, without an answer. */
  report({ trigger }: Exchange, verdict: ReplyKind, reason: string | null = null): void {
    const { publish, clock } = this.#deps;
    publish({
      kind: 'delivery',
      trigger: trigger.id,
      status: replies[verdict].status,
      verdict,
      reason,
      at: clock.now(),
    });
  }

  /** Whoever is answered finds the files of the upload gone. */
  #send({ incoming, outgoing, upload }: Exchange, reply: Reply): void {
    const send = (): void => {
      if (incoming.complete) respond(outgoing, reply);
      else turnAway({ incoming, outgoing, clock: this.#deps.clock }, reply);
    };
    if (upload === undefined) send();
    else void upload.discard().then(send);
  }
}
