/** Decides how long a sender's id of a delivery, or that of a person's request, is remembered, and under which name. */

const HOUR_MS = 3_600_000;

/** Senders repeat a delivery for up to three days (GitHub by hand, Stripe and Svix on their own). */
export const DELIVERY_MEMORY_MS = 72 * HOUR_MS;

/** Requests of people are remembered among the deliveries, under what no trigger can be called: it has no kind. */
export const REQUESTS = 'request';

/** Ids admitted at this moment (epoch ms) or before are forgotten at `now`: they may be admitted afresh. */
export function forgottenUntil(now: number): number {
  return now - DELIVERY_MEMORY_MS;
}
