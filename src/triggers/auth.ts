/** Decides what a webhook's `auth` or `provider` comes to: a verifier, and which headers mean what. */
import { AppError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { Verify, WebhookTrigger } from '../core/trigger.ts';
import type { HmacAlgorithm } from './hmac.ts';
import { commonEventHeaders, plainSchemes, presets } from './schemes.ts';
import type { ProviderName, SignatureScheme } from './schemes.ts';
import { verifyAuthorization, verifyNothing, verifySignature } from './verify.ts';

export { providerNames } from './schemes.ts';
export type { ProviderName } from './schemes.ts';

/** How a sender proves itself, as configured. Of several secrets any one verifies. */
export type AuthSpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly secrets: readonly Secret[] }
  | { readonly kind: 'basic'; readonly username: string; readonly secrets: readonly Secret[] }
  | { readonly kind: 'hmac'; readonly algorithm: HmacAlgorithm; readonly secrets: readonly Secret[] }
  | { readonly kind: 'provider'; readonly provider: ProviderName; readonly secrets: readonly Secret[] };

/** The parts of a `WebhookTrigger` that follow from its `AuthSpec`. */
export type CompiledAuth = Pick<WebhookTrigger, 'verify' | 'secretHeaders' | 'eventHeaders' | 'deliveryId'>;

// Left out of what is stored whatever the scheme: a proxy in front may add its own.
const credentialHeaders = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie'];

/**
 * Compiles `spec`. Throws `invalid_config` for no secret, an empty one, one that is not base64 where the provider's
 * are, or a user name with a colon (RFC 7617 §2); the message holds no secret.
 */
export function compileAuth(spec: AuthSpec): CompiledAuth {
  switch (spec.kind) {
    case 'none':
      return compiled(verifyNothing, []);
    case 'bearer':
      return compiled(verifyAuthorization('Bearer', revealed(spec.secrets, 'text'), 'latin1'), []);
    case 'basic':
      return compiled(
        verifyAuthorization('Basic', basicCredentials(spec.username, spec.secrets), 'base64'),
        [],
      );
    case 'hmac':
      return signed(plainSchemes[spec.algorithm], spec.secrets);
    case 'provider': {
      const preset = presets[spec.provider];
      const eventHeaders = [...new Set([...preset.eventHeaders, ...commonEventHeaders])];
      return { ...signed(preset.scheme, spec.secrets), eventHeaders, deliveryId: preset.deliveryId };
    }
  }
}

function compiled(verify: Verify, headers: readonly string[]): CompiledAuth {
  return {
    verify,
    secretHeaders: new Set([...credentialHeaders, ...headers]),
    eventHeaders: commonEventHeaders,
  };
}

function signed(scheme: SignatureScheme, secrets: readonly Secret[]): CompiledAuth {
  return compiled(verifySignature(scheme, revealed(secrets, scheme.secret)), scheme.headers);
}

function basicCredentials(username: string, secrets: readonly Secret[]): readonly Buffer[] {
  if (username.includes(':'))
    throw new AppError('invalid_config', 'a user name for basic authentication holds no colon');
  const start = Buffer.from(`${username}:`);
  return revealed(secrets, 'text').map((password) => Buffer.concat([start, password]));
}

function revealed(secrets: readonly Secret[], encoding: SignatureScheme['secret']): readonly Buffer[] {
  if (secrets.length === 0) throw new AppError('invalid_config', 'a secret is required');
  return secrets.map((secret) => {
    const bytes = encoding === 'text' ? Buffer.from(secret.reveal()) : decodeBase64(secret.reveal());
    if (bytes.length === 0) throw new AppError('invalid_config', 'a secret must not be empty');
    return bytes;
  });
}

function decodeBase64(text: string): Buffer {
  const encoded = text.replace(/^whsec_/, '');
  const bytes = Buffer.from(encoded, 'base64');
  const unpadded = encoded.replace(/=+$/, '');
  if (bytes.toString('base64').replace(/=+$/, '') === unpadded) return bytes;
  throw new AppError('invalid_config', 'this secret must be base64, usually after "whsec_"');
}
