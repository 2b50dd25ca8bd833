/** Decides what a webhook's `auth`, `provider` or `signature` comes to: a verifier, and where what stands in its deliveries. */
import { AppError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { Place, PluginVerifier, WebhookTrigger } from '../core/trigger.ts';
import { handshakesOf } from './handshakes.ts';
import { secretBytes } from './keys.ts';
import { schemeOf } from './preset.ts';
import { eventPlacesOf, presetOf } from './presets.ts';
import type { ProviderName } from './presets.ts';
import { commonEventPlaces, plainSchemes } from './schemes.ts';
import type { Scheme, SignatureScheme } from './schemes.ts';
import { signatureCheck } from './signature-check.ts';
import { verifyAny } from './verify-any.ts';
import { verifyAuthorization, verifyNothing, verifySignature, verifyToken } from './verify.ts';
import type { Verifier } from './verify.ts';

export { providerNames } from './presets.ts';
export type { ProviderName } from './presets.ts';

/** How a sender proves itself, as configured. Of several secrets any one verifies. */
export type AuthSpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly secrets: readonly Secret[] }
  | { readonly kind: 'basic'; readonly username: string; readonly secrets: readonly Secret[] }
  | {
      readonly kind: 'hmac';
      readonly algorithm: keyof typeof plainSchemes;
      readonly secrets: readonly Secret[];
    }
  | { readonly kind: 'signature'; readonly scheme: SignatureScheme; readonly secrets: readonly Secret[] }
  | {
      readonly kind: 'provider';
      readonly provider: ProviderName;
      readonly secrets: readonly Secret[];
      /** What a provider that asks by GET has to know; absent: it is not answered. */
      readonly verifyToken?: Secret;
    }
  | { readonly kind: 'plugin'; readonly asks: PluginVerifier };

/** The parts of a `WebhookTrigger` that follow from its `AuthSpec`. */
export type CompiledAuth = Pick<
  WebhookTrigger,
  | 'verify'
  | 'asks'
  | 'verifyStream'
  | 'secretHeaders'
  | 'eventPlaces'
  | 'deliveryId'
  | 'isRewritten'
  | 'earlyHandshake'
  | 'handshake'
>;

// Left out of what is stored whatever the scheme: a proxy in front may add its own.
const credentialHeaders = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie'];

/**
 * Compiles `spec`. Throws `invalid_config` for no secret, an empty one, one that is no key of its scheme, or a user name
 * with a colon (RFC 7617 §2); the message holds no secret.
 */
export function compileAuth(spec: AuthSpec): CompiledAuth {
  switch (spec.kind) {
    case 'none':
      return compiled(verifyNothing);
    case 'bearer':
      return compiled(verifyAuthorization('Bearer', textsOf(spec.secrets), 'latin1'));
    case 'basic':
      return compiled(verifyAuthorization('Basic', basicCredentials(spec.username, spec.secrets), 'base64'));
    case 'hmac':
      return bySchemes(spec.secrets, () => plainSchemes[spec.algorithm]);
    case 'signature':
      return {
        ...bySchemes(spec.secrets, () => spec.scheme),
        ...(spec.scheme.id && { deliveryId: spec.scheme.id }),
      };
    case 'provider': {
      const preset = presetOf(spec.provider);
      return {
        ...bySchemes(spec.secrets, (secret) => schemeOf(preset, secret.reveal())),
        eventPlaces: eventPlacesOf(spec.provider),
        ...(preset.deliveryId && { deliveryId: preset.deliveryId }),
        ...(preset.isRewritten && { isRewritten: true }),
        ...(preset.handshake && handshakesOf(preset.handshake, spec.verifyToken)),
      };
    }
    case 'plugin':
      return {
        ...compiled({ verify: () => ({ ok: false, reason: 'only the plugin knows this sender' }) }),
        asks: spec.asks,
        // The plugin has looked at what it names: another body under that name is the same delivery.
        isRewritten: true,
      };
  }
}

function compiled({ verify, verifyStream }: Verifier, headers: readonly string[] = []): CompiledAuth {
  return {
    verify,
    ...(verifyStream && { verifyStream }),
    secretHeaders: new Set([...credentialHeaders, ...headers]),
    eventPlaces: commonEventPlaces,
  };
}

/** Each secret under the scheme that it belongs to; those of one scheme are checked at once. */
function bySchemes(secrets: readonly Secret[], schemeFor: (secret: Secret) => Scheme): CompiledAuth {
  const groups = Map.groupBy(required(secrets), schemeFor);
  const places = [...groups.keys()].flatMap((scheme): readonly Place[] =>
    scheme.kind === 'token' ? [scheme.place] : scheme.places,
  );
  const headers = places.flatMap(({ kind, name }) => (kind === 'header' ? [name] : []));
  return compiled(verifyAny([...groups].map(([scheme, own]) => verifierOf(scheme, own))), headers);
}

function verifierOf(scheme: Scheme, secrets: readonly Secret[]): Verifier {
  if (scheme.kind === 'token') return verifyToken(scheme, textsOf(secrets));
  return verifySignature(
    scheme,
    secrets.map((secret) => signatureCheck(scheme, secret)),
  );
}

function basicCredentials(username: string, secrets: readonly Secret[]): readonly Buffer[] {
  if (username.includes(':'))
    throw new AppError('invalid_config', 'a user name for basic authentication holds no colon');
  const start = Buffer.from(`${username}:`);
  return textsOf(secrets).map((password) => Buffer.concat([start, password]));
}

function textsOf(secrets: readonly Secret[]): readonly Buffer[] {
  return required(secrets).map((secret) => secretBytes(secret, { secret: 'text' }));
}

function required(secrets: readonly Secret[]): readonly Secret[] {
  if (secrets.length === 0) throw new AppError('invalid_config', 'a secret is required');
  return secrets;
}
