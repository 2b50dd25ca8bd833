/** Decides how a provider's question whether somebody listens is answered: pure functions, chosen by a preset's row. */
import type { JsonObject } from '../core/json.ts';
import type { Secret } from '../core/secret.ts';
import type { DeliveryHead, EarlyHandshake, HandshakeAnswer, WebhookTrigger } from '../core/trigger.ts';
import { queryOf } from './place.ts';
import { isAmong } from './signature-check.ts';

/** Who asks. */
export type HandshakeName = 'discord' | 'github' | 'meta' | 'microsoft-graph' | 'slack' | 'twitch';

/** The parts of a trigger that answer. */
export type Handshakes = Pick<WebhookTrigger, 'earlyHandshake' | 'handshake'>;

/** The answers of one provider; `verifyToken` is what one that asks by GET has to know. */
export function handshakesOf(name: HandshakeName, verifyToken: Secret | undefined): Handshakes {
  if (name === 'microsoft-graph') return { earlyHandshake: validationToken };
  if (name !== 'meta') return { handshake: afterVerification[name] };
  return verifyToken === undefined ? {} : { earlyHandshake: subscription(verifyToken) };
}

type Answer = NonNullable<WebhookTrigger['handshake']>;

const afterVerification = {
  // https://docs.discord.com/developers/interactions/overview: PING is type 1 of an interaction, and PONG likewise.
  // https://docs.discord.com/developers/events/webhook-events: PING is type 0, type 1 an event, and 204 the answer.
  discord: (_head, { type, event }) => {
    if (event !== undefined) return undefined;
    if (type === 0) return { status: 204, contentType: 'application/json', body: '' };
    return type === 1 ? jsonAnswer({ type: 1 }) : undefined;
  },
  // https://docs.github.com/en/webhooks/webhook-events-and-payloads#ping
  github: ({ headers }) =>
    headers['x-github-event'] === 'ping' ? jsonAnswer({ status: 'pong' }) : undefined,
  // https://docs.slack.dev/reference/events/url_verification
  slack: (_head, { type, challenge }) => (type === 'url_verification' ? textAnswer(challenge) : undefined),
  // https://dev.twitch.tv/docs/eventsub/handling-webhook-events/#responding-to-a-challenge-request, and #revoking-your-
  // subscription: a revocation names the subscription in the header that the event's name is in, but is no event of it.
  twitch: ({ headers }, { challenge }) => {
    const type = headers['twitch-eventsub-message-type'];
    if (type === 'revocation') return { status: 204, contentType: 'application/json', body: '' };
    return type === 'webhook_callback_verification' ? textAnswer(challenge) : undefined;
  },
} as const satisfies Record<Exclude<HandshakeName, 'meta' | 'microsoft-graph'>, Answer>;

// https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
function subscription(verifyToken: Secret): (head: DeliveryHead) => EarlyHandshake {
  const expected = Buffer.from(verifyToken.reveal());
  return function hubChallenge({ method, url }) {
    const query = queryOf(url);
    if (method !== 'GET' || query.get('hub.mode') !== 'subscribe') return undefined;
    const given = query.getAll('hub.verify_token').map((token) => Buffer.from(token));
    if (given.length !== 1 || !isAmong(expected, given)) return 'unauthorized';
    return textAnswer(query.get('hub.challenge'));
  };
}

// https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks#notificationurl-validation
function validationToken({ method, url }: DeliveryHead): EarlyHandshake {
  if (method !== 'POST' || !url.includes('validationToken=')) return undefined;
  return textAnswer(queryOf(url).get('validationToken'));
}

const MAX_CHALLENGE_LENGTH = 2_048;

/** The challenge as plain text; none where it is no text, or longer than anybody asks. */
function textAnswer(challenge: unknown): HandshakeAnswer | undefined {
  if (typeof challenge !== 'string' || challenge === '' || challenge.length > MAX_CHALLENGE_LENGTH)
    return undefined;
  return { status: 200, contentType: 'text/plain; charset=utf-8', body: challenge };
}

function jsonAnswer(value: JsonObject): HandshakeAnswer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(value) };
}
