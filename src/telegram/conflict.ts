/** Decides what is said about somebody else who gets the messages of the bot (409), and what to do about it. */
import type { Failure } from './failure.ts';

/** Who it is: another program that polls with the token, or a webhook that is set for the bot. */
export type Rival = Extract<Failure, { readonly kind: 'conflict' }>['with'];

const findings = {
  poller: 'another program polls with this token and gets the messages (409)',
  webhook: 'a webhook is set for this bot and gets the messages (409)',
} as const satisfies Record<Rival, string>;

/** What is wrong, and the way out. */
export function conflictDetail(rival: Rival, apiRoot: string): string {
  return `${findings[rival]}: ${conflictRemedy(rival, apiRoot)}`;
}

/** The way out alone; the token is left for the reader to fill in. */
export function conflictRemedy(rival: Rival, apiRoot: string): string {
  return rival === 'poller'
    ? 'stop it, or give it a bot of its own'
    : `clear it with \`curl ${apiRoot}/bot<TOKEN>/deleteWebhook\``;
}
