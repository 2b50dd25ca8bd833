/** Decides how each sender that is known by name proves itself: one row each, read by the one verifier. */
import type { Place } from '../core/trigger.ts';
import type { Preset } from './preset.ts';
import { commonEventPlaces, header, json, plainSchemes } from './schemes.ts';
import type { SignatureScheme } from './schemes.ts';

const TOLERANCE_MS = 300_000;

const hex256: SignatureScheme = { ...plainSchemes.sha256, places: [], labels: [], labelRequired: true };
const labelled256: SignatureScheme = { ...hex256, labels: ['sha256='] };

/** Standard Webhooks with headers that begin with `prefix`. */
function standard(prefix: string): SignatureScheme {
  return {
    ...hex256,
    secret: 'base64',
    secretPrefix: 'whsec_',
    places: [header(`${prefix}-signature`)],
    encoding: 'base64',
    separator: ' ',
    labels: ['v1,'],
    signed: '{id}.{timestamp}.{body}',
    id: header(`${prefix}-id`),
    timestamp: { place: header(`${prefix}-timestamp`), unit: 's', toleranceMs: TOLERANCE_MS },
  };
}

/** `provider = "…"`. */
export const presets = {
  bitbucket: {
    schemes: [{ ...labelled256, places: [header('x-hub-signature')] }],
    deliveryId: header('x-request-uuid'),
    events: [header('x-event-key')],
    page: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
  },
  discord: {
    schemes: [
      {
        ...hex256,
        algorithm: 'ed25519',
        secret: 'hex',
        places: [header('x-signature-ed25519')],
        signed: '{timestamp}{body}',
        timestamp: { place: header('x-signature-timestamp'), unit: 's', toleranceMs: TOLERANCE_MS },
      },
    ],
    deliveryId: json('id'),
    events: [json('event.type'), json('type')],
    handshake: 'discord',
    page: 'https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint',
  },
  forgejo: {
    schemes: [{ ...hex256, places: [header('x-forgejo-signature')] }],
    deliveryId: header('x-forgejo-delivery'),
    events: [header('x-forgejo-event')],
    page: 'https://forgejo.org/docs/latest/user/webhooks/',
  },
  gitea: {
    schemes: [{ ...hex256, places: [header('x-gitea-signature')] }],
    deliveryId: header('x-gitea-delivery'),
    events: [header('x-gitea-event')],
    page: 'https://docs.gitea.com/usage/webhooks',
  },
  github: {
    schemes: [{ ...labelled256, places: [header('x-hub-signature-256')] }],
    deliveryId: header('x-github-delivery'),
    events: [header('x-github-event')],
    handshake: 'github',
    page: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
  },
  gitlab: {
    schemes: [standard('webhook'), { kind: 'token', place: header('x-gitlab-token') }],
    deliveryId: header('idempotency-key'),
    events: [header('x-gitlab-event')],
    page: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  },
  linear: {
    schemes: [
      {
        ...hex256,
        places: [header('linear-signature')],
        timestamp: { place: json('webhookTimestamp'), unit: 'ms', toleranceMs: 60_000 },
      },
    ],
    deliveryId: header('linear-delivery'),
    // `webhookTimestamp` is the time of the attempt, so that each has another body.
    isRewritten: true,
    events: [header('linear-event')],
    page: 'https://linear.app/developers/webhooks#securing-webhooks',
  },
  meta: {
    schemes: [{ ...labelled256, places: [header('x-hub-signature-256')] }],
    events: [json('object')],
    handshake: 'meta',
    page: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
  },
  'microsoft-graph': {
    schemes: [{ kind: 'token', place: json('value.*.clientState') }],
    events: [],
    handshake: 'microsoft-graph',
    page: 'https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks',
  },
  pagerduty: {
    schemes: [{ ...hex256, places: [header('x-pagerduty-signature')], labels: ['v1='] }],
    deliveryId: json('event.id'),
    events: [json('event.event_type')],
    page: 'https://developer.pagerduty.com/docs/verifying-webhook-signatures',
  },
  sendgrid: {
    schemes: [
      {
        ...hex256,
        algorithm: 'ecdsa-p256',
        secret: 'base64',
        places: [header('x-twilio-email-event-webhook-signature')],
        encoding: 'base64',
        signed: '{timestamp}{body}',
        timestamp: {
          place: header('x-twilio-email-event-webhook-timestamp'),
          unit: 's',
          toleranceMs: TOLERANCE_MS,
        },
      },
    ],
    events: [],
    page: 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
  },
  // Its timestamp is not signed, and so proves nothing.
  sentry: {
    schemes: [{ ...hex256, places: [header('sentry-hook-signature')] }],
    deliveryId: header('request-id'),
    events: [header('sentry-hook-resource')],
    page: 'https://docs.sentry.io/integrations/integration-platform/webhooks/',
  },
  shopify: {
    schemes: [{ ...hex256, places: [header('x-shopify-hmac-sha256')], encoding: 'base64' }],
    deliveryId: header('x-shopify-webhook-id'),
    events: [header('x-shopify-topic')],
    page: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https',
  },
  slack: {
    schemes: [
      {
        ...hex256,
        places: [header('x-slack-signature')],
        labels: ['v0='],
        signed: 'v0:{timestamp}:{body}',
        timestamp: { place: header('x-slack-request-timestamp'), unit: 's', toleranceMs: TOLERANCE_MS },
      },
    ],
    deliveryId: json('event_id'),
    events: [json('event.type'), json('type'), json('command')],
    handshake: 'slack',
    page: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
  },
  // A secret that begins with whpk_ is the public key of the asymmetric form.
  'standard-webhooks': {
    schemes: [
      { ...standard('webhook'), algorithm: 'ed25519', secretPrefix: 'whpk_', labels: ['v1a,'] },
      standard('webhook'),
    ],
    deliveryId: header('webhook-id'),
    events: [],
    page: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  },
  stripe: {
    schemes: [
      {
        ...hex256,
        places: [header('stripe-signature')],
        labels: ['v1='],
        signed: '{timestamp}.{body}',
        timestamp: { place: { kind: 'list', name: 't=' }, unit: 's', toleranceMs: TOLERANCE_MS },
      },
    ],
    deliveryId: json('id'),
    // `pending_webhooks` counts the endpoints that have not answered yet, and so changes from one attempt to the next.
    isRewritten: true,
    events: [json('type')],
    page: 'https://docs.stripe.com/webhooks#verify-manually',
  },
  svix: {
    schemes: [standard('svix')],
    deliveryId: header('svix-id'),
    events: [],
    page: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
  },
  telegram: {
    schemes: [{ kind: 'token', place: header('x-telegram-bot-api-secret-token') }],
    deliveryId: json('update_id'),
    events: [],
    page: 'https://core.telegram.org/bots/api#setwebhook',
  },
  twilio: {
    schemes: [
      {
        ...hex256,
        algorithm: 'sha1',
        places: [header('x-twilio-signature')],
        encoding: 'base64',
        signed: '{url}{form}',
        bodyHash: { kind: 'query', name: 'bodySHA256' },
        isAnyPort: true,
      },
    ],
    deliveryId: header('i-twilio-idempotency-token'),
    events: [],
    page: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  },
  twitch: {
    schemes: [
      {
        ...labelled256,
        places: [header('twitch-eventsub-message-signature')],
        signed: '{id}{timestamp}{body}',
        id: header('twitch-eventsub-message-id'),
        timestamp: {
          place: header('twitch-eventsub-message-timestamp'),
          unit: 'iso',
          toleranceMs: 600_000,
        },
      },
    ],
    deliveryId: header('twitch-eventsub-message-id'),
    events: [header('twitch-eventsub-subscription-type')],
    handshake: 'twitch',
    page: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  },
} as const satisfies Record<string, Preset>;

/** A sender whose scheme is known by name: `provider` in the file. */
export type ProviderName = keyof typeof presets;

/** The values `provider` may take. */
export const providerNames = Object.keys(presets) as readonly ProviderName[];

/** The row of a provider, as a row: what the literal table does not have is undefined. */
export function presetOf(name: ProviderName): Preset {
  return presets[name];
}

/** Where the event's name is in what a provider sends, or anybody else does, in order. */
export function eventPlacesOf(provider: ProviderName | undefined): readonly Place[] {
  const own = provider === undefined ? [] : presetOf(provider).events;
  const places = [...own, ...commonEventPlaces];
  return [...new Map(places.map((place) => [`${place.kind} ${place.name}`, place])).values()];
}
