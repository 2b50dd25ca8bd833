/** Decides what is known of the sender of a request, from where it may be, and how often it may be wrong. */
import type { IncomingMessage } from 'node:http';
import type { Snapshot } from '../core/snapshot.ts';
import type { Asked, Delivery, PluginVerifier, Verdict, WebhookTrigger } from '../core/trigger.ts';
import { compileRanges } from '../net/range.ts';
import { FailureThrottle } from '../triggers/throttle.ts';
import { deliveryOf } from './arrival.ts';
import { clientAddress } from './client-address.ts';
import type { Trust } from './client-address.ts';
import type { ServerDeps } from './deps.ts';
import type { Exchange } from './endings.ts';

/** Why a sender elsewhere is refused; for the log. */
export const NOT_ALLOWED = 'address is not in allow_ips';

/** Knows senders. Failures are counted here, so that they outlive snapshots and listeners. */
export class Senders {
  readonly #deps: Pick<ServerDeps, 'askSender' | 'clock' | 'log'>;
  readonly #throttle = new FailureThrottle();
  #isTrusted: Trust = () => false;

  constructor(deps: Pick<ServerDeps, 'askSender' | 'clock' | 'log'>) {
    this.#deps = deps;
  }

  /** Takes the word of the proxies of this snapshot from now on. */
  follow({ server }: Snapshot): void {
    this.#isTrusted = compileRanges(server.trustedProxies);
  }

  /** 0, or the ms that a sender must wait who was wrong too often. */
  throttledMs(incoming: IncomingMessage, trigger: WebhookTrigger): number {
    if (this.#throttle.isIdle) return 0;
    return this.#throttle.waitMs(this.#sourceOf(incoming), trigger.id, this.#deps.clock.monotonic());
  }

  /** What the verifier is shown. */
  deliveryOf({ incoming, snapshot }: Exchange, body: Buffer): Delivery {
    const { publicUrl } = snapshot.server;
    const receivedAt = this.#deps.clock.now();
    return deliveryOf({ incoming, body, publicUrl, isTrusted: this.#isTrusted, receivedAt });
  }

  /** Asks the plugin that knows the sender. */
  ask({ incoming }: Exchange, verifier: PluginVerifier, delivery: Delivery): Promise<Asked> {
    return this.#deps.askSender(verifier, { delivery, address: this.#sourceOf(incoming) });
  }

  /** Addresses after the verifier and with its answer, so that the time tells as little as the words. */
  whyRefused(exchange: Exchange, verdict: Verdict): string | undefined {
    if (!verdict.ok) return verdict.reason;
    return this.isAllowed(exchange) ? undefined : NOT_ALLOWED;
  }

  /** True for a sender at an address that the webhook takes deliveries from. */
  isAllowed({ incoming, trigger: { allowed } }: Exchange): boolean {
    return allowed === undefined || allowed.has(this.#sourceOf(incoming));
  }

  /** Counts and logs a refusal; the answer is the caller's. */
  refuse({ incoming, trigger }: Exchange, reason: string): void {
    const source = this.#sourceOf(incoming);
    this.#throttle.fail(source, trigger.id, this.#deps.clock.monotonic());
    this.#deps.log.warn('sender refused', { trigger: trigger.id, source, reason });
  }

  #sourceOf(incoming: IncomingMessage): string {
    return clientAddress(incoming, this.#isTrusted);
  }
}
