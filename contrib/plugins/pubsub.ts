/**
 * A plugin for a sender: Google Cloud Pub/Sub, whose push subscriptions prove themselves by a token that Google signs
 * (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions). Copy it to `plugins/pubsub.ts` beside the
 * configuration file.
 *
 *     auth = "plugin:pubsub"
 *     with = { audience = "https://hooks.example.com/orders", email = "push@my-project.iam.gserviceaccount.com" }
 *
 * `audience` is that of the subscription, by default its whole endpoint URL; `email` is its service account. The content of
 * a message is in Base64: `{{ message.data | base64_decode }}`.
 */
import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKeyInput, KeyObject } from 'node:crypto';
import { definePlugin } from 'untether/plugin';
import type { PluginObject, VerifierResult } from 'untether/plugin';

/** Where Google publishes the keys of its tokens; `[plugins.pubsub] config = { keys = "…" }` names another place. */
const KEYS_URL = 'https://www.googleapis.com/oauth2/v3/certs';
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
/** Clocks may differ so much. */
const LEEWAY_MS = 60_000;
/** Keys are fetched again for a token with an unknown one, but not more often: anybody may send such tokens. */
const FETCH_AGAIN_MS = 60_000;
/** Google takes keys back: those that are so old are fetched again in any case. */
const OLD_MS = 6 * 3_600_000;
/** A verifier has three seconds. */
const FETCH_WITHIN_MS = 2_500;

export default definePlugin({
  description: 'knows the push subscriptions of Google Cloud Pub/Sub',
  verifiers: {
    push: {
      async verify({ headers, body, receivedAt, with: given }, { config }) {
        const { audience, email } = given;
        if (typeof audience !== 'string' || typeof email !== 'string')
          throw new TypeError('the webhook needs with = { audience = "…", email = "…" }');
        const token = readToken(headers['authorization']);
        if (token === undefined) return no('there is no token of Google in the header authorization');
        const url = typeof config['keys'] === 'string' ? config['keys'] : KEYS_URL;
        const key = await keyOf(token.kid, url, receivedAt);
        if (key === undefined) return no('the token is signed by a key that Google does not publish');
        if (!verify('RSA-SHA256', token.signed, key, token.signature)) return no('wrong signature');
        const wrong = whatIsWrong(token.claims, { audience, email, now: receivedAt });
        return wrong === undefined ? { ok: true, ...idOf(body) } : no(wrong);
      },
    },
  },
});

function no(reason: string): VerifierResult {
  return { ok: false, reason };
}

interface Token {
  readonly kid: string;
  readonly claims: PluginObject;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** The parts of a JSON Web Token (RFC 7515) with RS256, the only algorithm that Google signs these with. */
function readToken(header = ''): Token | undefined {
  const [, head = '', claims = '', signature = ''] =
    /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(header) ?? [];
  const { alg, kid } = readPart(head);
  if (alg !== 'RS256' || typeof kid !== 'string') return undefined;
  return {
    ...{ kid, claims: readPart(claims), signed: Buffer.from(`${head}.${claims}`) },
    signature: Buffer.from(signature, 'base64url'),
  };
}

function readPart(part: string): PluginObject {
  return readJson(Buffer.from(part, 'base64url'));
}

function readJson(bytes: Uint8Array): PluginObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof value === 'object' && value !== null ? (value as PluginObject) : {};
  } catch {
    // No JSON holds nothing: whoever looks into it finds that out.
    return {};
  }
}

interface Due {
  readonly audience: string;
  readonly email: string;
  readonly now: number;
}

function whatIsWrong(claims: PluginObject, { audience, email, now }: Due): string | undefined {
  const { iss, aud, exp, iat } = claims;
  if (typeof iss !== 'string' || !ISSUERS.includes(iss)) return 'the token is not issued by Google';
  if (aud !== audience) return 'the token is for another audience';
  if (claims['email'] !== email || claims['email_verified'] !== true)
    return 'the token is of another account';
  if (typeof exp !== 'number' || exp * 1_000 + LEEWAY_MS < now) return 'the token has expired';
  if (typeof iat !== 'number' || iat * 1_000 - LEEWAY_MS > now) return 'the token is of another time';
  return undefined;
}

/** Pub/Sub delivers at least once: what it sends again has the same id. */
function idOf(body: Uint8Array): { readonly delivery?: string } {
  const { message } = readJson(body);
  const id =
    typeof message === 'object' && message !== null && 'messageId' in message ? message.messageId : '';
  return typeof id === 'string' && id !== '' ? { delivery: id } : {};
}

/** The keys by their ids, and when they were asked for last. */
let known: { readonly keys: Keys; readonly at: number } | undefined;
/** All that wait for keys wait for the same ones. */
let coming: Promise<Keys> | undefined;

type Keys = ReadonlyMap<string, KeyObject>;

/** The key of that id; rejects where the keys cannot be fetched: then nobody knows, and the sender comes again. */
async function keyOf(kid: string, url: string, now: number): Promise<KeyObject | undefined> {
  const age = now - (known?.at ?? -Infinity);
  if (age >= OLD_MS || (known?.keys.has(kid) !== true && age >= FETCH_AGAIN_MS)) {
    coming ??= fetchKeys(url).finally(() => {
      coming = undefined;
    });
    known = { keys: await coming, at: now };
  }
  return known?.keys.get(kid);
}

/** A JSON Web Key (RFC 7517). */
type Jwk = JsonWebKeyInput['key'] & { readonly kid?: string };

async function fetchKeys(url: string): Promise<Keys> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_WITHIN_MS) });
  if (!response.ok) throw new TypeError(`the keys of Google cannot be fetched: HTTP ${response.status}`);
  const { keys } = (await response.json()) as { readonly keys: readonly Jwk[] };
  const usable = keys.filter(({ kty }) => kty === 'RSA');
  return new Map(usable.map((key) => [key.kid ?? '', createPublicKey({ key, format: 'jwk' })]));
}
