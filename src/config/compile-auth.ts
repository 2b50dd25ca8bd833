/** Decides how a webhook's senders prove themselves, from its keys and the secrets they name. */
import { AppError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { compileAuth } from '../triggers/auth.ts';
import { presetOf } from '../triggers/presets.ts';
import type { AuthSpec, CompiledAuth } from '../triggers/auth.ts';
import type { CompileContext } from './compile-context.ts';
import { hasFault } from './compile-context.ts';
import { checkPart, verifierIn } from './compile-plugins.ts';
import { checkSignature, compileSignature } from './compile-signature.ts';
import { jsonObject } from './json-value.ts';
import { fault, warning } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { WebhookConfig } from './schema/webhook.ts';
import { usesOf } from './secrets.ts';

/** The result: problems, with paths from the webhook's own table, and the value unless one is an error. */
export interface Authenticated {
  readonly value: CompiledAuth | undefined;
  readonly problems: readonly Problem[];
}

/** Compiles the keys of one webhook that say who may call it, `auth` to `verify_token`. */
export function compileAuthOf(config: WebhookConfig, context: CompileContext): Authenticated {
  const sources = config.secret === undefined ? [] : usesOf(['secret'], config.secret);
  const found = sources.map(({ path, source }) => ({ path, secret: context.secretOf(source) }));
  const secrets = found.flatMap(({ secret }) => secret ?? []);
  const isAllRead = secrets.length === found.length;
  const problems = [
    ...checkProof(config),
    ...checkWays(config),
    ...(isCarried(config) ? checkCarried(found) : []),
  ];
  // A secret that could not be read is reported where it was looked for.
  if (hasFault(problems) || !isAllRead) return { value: undefined, problems };
  if (config.auth === 'none')
    return { value: compileAuth(authSpec(config, [])), problems: [...problems, ...checkIdle(config)] };
  const { verify_token: written } = config;
  const token = written === undefined ? undefined : context.secretOf(written);
  const compiled = compiledAuth(
    authSpec(config, secrets, token),
    config.auth === 'basic' ? 'username' : 'secret',
  );
  return { value: compiled.value, problems: [...problems, ...compiled.problems] };
}

function checkIdle({ secret }: WebhookConfig): readonly Problem[] {
  return secret === undefined ? [] : [warning(['secret'], 'without effect: auth = "none" asks for none')];
}

/** What is wrong with the keys that say how a sender proves itself, whatever their values. */
function checkProof({ auth, provider, secret, signature, username }: WebhookConfig): readonly Problem[] {
  const ways = [
    ...(provider === undefined ? [] : [{ key: 'provider', how: `provider = "${provider}"` }]),
    ...(signature === undefined ? [] : [{ key: 'signature', how: '`signature`' }]),
    ...(auth === undefined ? [] : [{ key: 'auth', how: `auth = "${auth}"` }]),
  ];
  const how = ways[0]?.how ?? 'auth = "bearer"';
  const problems = ways
    .slice(1)
    .map(({ key }) => fault([key], `there is ${how} already, which says how the sender proves itself`));
  const verifier = verifierIn(auth);
  if (verifier !== undefined) problems.push(...checkPart(['auth'], verifier));
  else if (secret === undefined && auth !== 'none')
    problems.push(fault([], `\`secret\` is missing: ${how} needs it`));
  if (provider === undefined && auth === 'basic' && username === undefined)
    problems.push(fault([], '`username` is missing: auth = "basic" needs it'));
  return problems;
}

function checkWays({ provider, signature, verify_token: token }: WebhookConfig): readonly Problem[] {
  const idle = warning(['verify_token'], 'without effect: only provider = "meta" asks with it');
  const mute = warning([], '`verify_token` is missing: without it Meta cannot confirm the address');
  const described = signature === undefined ? [] : checkSignature(signature);
  if (provider === 'meta') return token === undefined ? [...described, mute] : described;
  return token === undefined ? described : [...described, idle];
}

/** True where the secret itself travels in a header. */
function isCarried({ auth, provider, signature }: WebhookConfig): boolean {
  if (provider !== undefined)
    return presetOf(provider).schemes.some(
      (scheme) => scheme.kind === 'token' && scheme.place.kind === 'header',
    );
  return signature === undefined && (auth === undefined || auth === 'bearer');
}

// What arrives of a header field: visible ASCII, spaces only inside (RFC 9110 §5.5).
const CARRIED = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

function checkCarried(
  found: ReadonlyArray<{ readonly path: KeyPath; readonly secret: Secret | undefined }>,
): readonly Problem[] {
  return found.flatMap(({ path, secret }) =>
    secret === undefined || CARRIED.test(secret.reveal())
      ? []
      : [
          fault(
            path,
            'no HTTP header can carry this secret: one that is sent as it stands is ASCII without control characters, and no space begins or ends it',
          ),
        ],
  );
}

function compiledAuth(spec: AuthSpec, key: string): Authenticated {
  try {
    return { value: compileAuth(spec), problems: [] };
  } catch (error) {
    if (error instanceof AppError) return refused([key], error.message);
    throw error;
  }
}

/** How a webhook's senders prove themselves, as the file says it; every kind but `none` needs its secrets. */
export function authSpec(
  config: Pick<WebhookConfig, 'provider' | 'auth' | 'username' | 'signature' | 'with' | 'dedupe'>,
  secrets: readonly Secret[],
  verifyToken?: Secret,
): AuthSpec {
  if (config.provider !== undefined)
    return { kind: 'provider', provider: config.provider, secrets, ...(verifyToken && { verifyToken }) };
  if (config.signature !== undefined)
    return { kind: 'signature', scheme: compileSignature(config.signature), secrets };
  const verifier = verifierIn(config.auth);
  if (verifier !== undefined) {
    const given = { secrets, with: jsonObject(config.with ?? {}) };
    return { kind: 'plugin', asks: { ...verifier, ...given, takesId: config.dedupe === undefined } };
  }
  switch (config.auth) {
    case 'none':
      return { kind: 'none' };
    case 'hmac-sha256':
      return { kind: 'hmac', algorithm: 'sha256', secrets };
    case 'hmac-sha1':
      return { kind: 'hmac', algorithm: 'sha1', secrets };
    case 'basic':
      return { kind: 'basic', username: config.username ?? '', secrets };
    default:
      return { kind: 'bearer', secrets };
  }
}

function refused(path: readonly string[], message: string): Authenticated {
  return { value: undefined, problems: [fault(path, message)] };
}
