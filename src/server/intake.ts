/**
 * Decides the way of a request to a webhook, in the order of its checks: path, method, throttle, declared size, size,
 * sender, gate, rate, format and filter. What passes them all enters the ledger (`entry.ts`).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Snapshot } from '../core/snapshot.ts';
import type {
  Asked,
  Delivery,
  PluginVerifier,
  Verdict,
  VerifyStream,
  WebhookTrigger,
} from '../core/trigger.ts';
import type { UploadRules } from '../core/upload.ts';
import { decide } from '../triggers/admit.ts';
import { RateLimiter } from '../triggers/limiter.ts';
import { acquaint } from './acquainted.ts';
import { isDeclaredLarger, readBody } from './body.ts';
import { isServed } from './bound.ts';
import type { Bound } from './bound.ts';
import type { ServerDeps } from './deps.ts';
import { Endings } from './endings.ts';
import type { Exchange } from './endings.ts';
import { Entry } from './entry.ts';
import { retryAfter } from './replies.ts';
import { NOT_ALLOWED, Senders } from './senders.ts';
import { isForm } from './upload/parts.ts';
import { Uploads, mostBytes } from './upload/uploads.ts';

/** Takes deliveries in. Buckets live here, so that they outlive snapshots and listeners. */
export class Intake {
  readonly #deps: ServerDeps;
  readonly #limiter = new RateLimiter();
  readonly #senders: Senders;
  readonly #endings: Endings;
  readonly #entry: Entry;
  readonly #uploads: Uploads;
  #seen: Snapshot | undefined;

  constructor(deps: ServerDeps) {
    this.#deps = deps;
    this.#senders = new Senders(deps);
    this.#endings = new Endings(deps);
    this.#entry = new Entry(deps, this.#endings);
    this.#uploads = new Uploads(deps);
    void this.#uploads.sweep(deps.current());
  }

  /**
   * Answers one request that came in on `bound`, now or later; false when no webhook is served at its path, and nothing
   * was touched. It never throws, and a sender that leaves is forgotten.
   */
  handle(incoming: IncomingMessage, outgoing: ServerResponse, bound: Bound): boolean {
    const snapshot = this.#deps.current();
    if (snapshot !== this.#seen) this.#follow(snapshot);
    const trigger = lookUp(snapshot, incoming.url ?? '', bound);
    if (trigger === undefined) return false;
    const exchange = { incoming, outgoing, snapshot, trigger };
    this.#safely(exchange, () => {
      this.#receive(exchange);
    });
    return true;
  }

  #receive(exchange: Exchange): void {
    const { incoming, outgoing, trigger } = exchange;
    const waitMs = this.#senders.throttledMs(incoming, trigger);
    if (waitMs <= 0 && this.#isAnswered(exchange)) return;
    if (incoming.method !== trigger.method)
      return this.#endings.end(exchange, 'wrong_method', { headers: ['Allow', trigger.method] });
    if (waitMs > 0) return this.#endings.end(exchange, 'throttled', { headers: retryAfter(waitMs) });
    if (trigger.upload !== undefined && trigger.verifyStream !== undefined && isForm(incoming.headers)) {
      this.#receiveUpload(exchange, trigger.upload, trigger.verifyStream).catch((error: unknown) => {
        this.#endings.failed(exchange, error);
      });
      return;
    }
    if (isDeclaredLarger(incoming, trigger.maxBodyBytes)) return this.#endings.end(exchange, 'too_large');
    readBody(incoming, outgoing, {
      maxBytes: trigger.maxBodyBytes,
      onBody: (body) => {
        this.#safely(exchange, () => {
          const delivery = this.#senders.deliveryOf(exchange, body);
          if (trigger.asks !== undefined) this.#ask(exchange, trigger.asks, delivery);
          else if (this.#letIn(exchange, trigger.verify(delivery))) this.#decide(exchange, delivery);
        });
      },
      onTooLarge: () => {
        this.#endings.end(exchange, 'too_large');
      },
    });
  }

  /** The way of a delivery whose sender a plugin knows. */
  #ask(exchange: Exchange, verifier: PluginVerifier, delivery: Delivery): void {
    const judge = (asked: Asked): void => {
      if (asked.kind === 'unasked') this.#endings.unverified(exchange, asked.reason);
      else if (this.#letIn(exchange, asked.verdict)) this.#decide(exchange, asked.delivery);
    };
    const failed = (error: unknown): void => {
      this.#endings.failed(exchange, error);
    };
    this.#senders.ask(exchange, verifier, delivery).then(judge).catch(failed);
  }

  #follow(snapshot: Snapshot): void {
    this.#seen = snapshot;
    this.#senders.follow(snapshot);
    this.#limiter.sweep((trigger) => snapshot.webhooks.has(trigger));
  }

  #safely(exchange: Exchange, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#endings.failed(exchange, error);
    }
  }

  /** The way of a form with files: a sender who is known by a header is judged before any of it is read. */
  async #receiveUpload(exchange: Exchange, rules: UploadRules, verifyStream: VerifyStream): Promise<void> {
    const { incoming, trigger } = exchange;
    if (isDeclaredLarger(incoming, mostBytes(trigger, rules))) {
      this.#endings.end(exchange, 'too_large');
      return;
    }
    const head = this.#senders.deliveryOf(exchange, Buffer.alloc(0));
    const sender = verifyStream(head);
    if (sender.early !== undefined && !this.#letIn(exchange, sender.early)) return;
    const { receivedAt } = head;
    const received = await this.#uploads.receive({ ...exchange, rules, receivedAt, sender });
    if (received.kind === 'left') return;
    if (received.kind !== 'upload') {
      this.#endings.noUpload(exchange, received);
      return;
    }
    const { upload } = received;
    const uploaded = { ...exchange, upload, trigger: { ...trigger, spec: rules.spec } };
    this.#safely(uploaded, () => {
      if (sender.early !== undefined || this.#letIn(uploaded, sender.end()))
        this.#decide(uploaded, upload.described(head));
    });
  }

  /** Sender, gate and rate, for which the body means nothing. False: the request has its answer. */
  #letIn(exchange: Exchange, verdict: Verdict): boolean {
    const { snapshot, trigger } = exchange;
    const reason = this.#senders.whyRefused(exchange, verdict);
    if (reason !== undefined) {
      this.#refuseSender(exchange, reason);
      return false;
    }
    if (!trigger.open) acquaint(exchange.incoming.socket);
    const gate = this.#deps.gate(trigger.id);
    if (gate.kind !== 'open') {
      this.#endings.end(exchange, gate.kind, { headers: retryAfter(gate.retryAfterS * 1_000) });
      return false;
    }
    const waitMs = this.#limiter.take({
      trigger: trigger.id,
      perMinute: trigger.rateLimit,
      totalPerMinute: snapshot.server.rateLimitTotal,
      nowMs: this.#deps.clock.monotonic(),
    });
    if (waitMs > 0) this.#endings.end(exchange, 'rate_limited', { headers: retryAfter(waitMs) });
    return waitMs <= 0;
  }

  #decide(exchange: Exchange, delivery: Delivery): void {
    const decision = decide(exchange.trigger, delivery);
    switch (decision.kind) {
      case 'handshake':
        return this.#endings.shakeHands(exchange, decision.answer);
      case 'refused':
        return this.#endings.end(exchange, 'invalid', decision);
      case 'filtered':
        return this.#endings.end(exchange, 'filtered', decision);
      case 'accepted':
        return this.#entry.accept(exchange, decision, delivery.receivedAt);
    }
  }

  /** True for a provider's question that is answered, or refused, before any of a body is read. */
  #isAnswered(exchange: Exchange): boolean {
    const answer = exchange.trigger.earlyHandshake?.(this.#senders.deliveryOf(exchange, Buffer.alloc(0)));
    if (answer !== undefined && !this.#senders.isAllowed(exchange)) this.#refuseSender(exchange, NOT_ALLOWED);
    else if (answer === 'unauthorized') this.#refuseSender(exchange, 'wrong verify token');
    else if (answer !== undefined) this.#endings.shakeHands(exchange, answer);
    return answer !== undefined;
  }

  #refuseSender(exchange: Exchange, reason: string): void {
    this.#senders.refuse(exchange, reason);
    this.#endings.end(exchange, 'unauthorized', { reason });
  }
}

/** The webhook at this path, compared as received: no decoding, no dot segments; a query takes no part. */
function lookUp(snapshot: Snapshot, url: string, bound: Bound): WebhookTrigger | undefined {
  if (!snapshot.enabled) return undefined;
  const query = url.indexOf('?');
  const trigger = snapshot.routes.get(query === -1 ? url : url.slice(0, query));
  return trigger !== undefined && isServed(trigger, bound, snapshot.server) ? trigger : undefined;
}
