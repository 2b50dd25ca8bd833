/** Decides what a webhook comes to: its route, who may call it, which deliveries count, and its runs. */
import { AppError } from '../core/errors.ts';
import { triggerId } from '../core/ids.ts';
import type { Secret } from '../core/secret.ts';
import type { WebhookTrigger } from '../core/trigger.ts';
import { compileAuth } from '../triggers/auth.ts';
import type { AuthSpec, CompiledAuth } from '../triggers/auth.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { compileSpec } from './compile-spec.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';
import type { WebhookConfig } from './schema/trigger.ts';
import { usesOf } from './secrets.ts';

/** Compiles one webhook; `raw` is its table as written. */
export function compileWebhook(
  config: WebhookConfig,
  raw: Readonly<Record<string, unknown>>,
  context: CompileContext,
): Compiled<WebhookTrigger> {
  const spec = compileSpec({ kind: 'webhook', config, raw }, context);
  const auth = authOf(config, context);
  const problems = [...checkPath(config.path), ...auth.problems, ...spec.problems];
  if (spec.value === undefined || auth.value === undefined)
    return { value: undefined, problems, secrets: [] };
  const { deliveryId: ownId, ...verified } = auth.value;
  const deliveryId = config.dedupe === undefined ? ownId : dedupeOf(config.dedupe);
  const value: WebhookTrigger = {
    kind: 'webhook',
    id: triggerId('webhook', config.id),
    path: config.path,
    method: 'POST',
    open: config.auth === 'none',
    ...verified,
    maxBodyBytes: config.max_body_bytes ?? context.server.maxBodyBytes,
    rateLimit: config.rate_limit ?? context.server.rateLimit,
    events: new Set(typeof config.event_filter === 'string' ? [config.event_filter] : config.event_filter),
    ...(deliveryId !== undefined && { deliveryId }),
    maxQueued: config.max_queued,
    spec: spec.value,
  };
  return { value, problems, secrets: spec.secrets };
}

const RESERVED = new Set(['/health', '/ready', '/metrics']);

function checkPath(path: string): readonly Problem[] {
  const segments = path.split('/');
  if (segments.includes('..') || segments.includes('.'))
    return [fault(['path'], 'holds a "." or ".." segment, which no client sends as it is')];
  const plain = path.toLowerCase().replace(/\/+$/, '');
  const isReserved = RESERVED.has(plain) || plain === '/-' || plain.startsWith('/-/');
  return isReserved
    ? [fault(['path'], `is kept for the service itself: ${[...RESERVED].join(', ')} and all under /-/`)]
    : [];
}

interface Authenticated {
  readonly value: CompiledAuth | undefined;
  readonly problems: readonly Problem[];
}

function authOf(config: WebhookConfig, context: CompileContext): Authenticated {
  if (config.provider !== undefined && config.auth !== undefined) {
    return refused(
      ['auth'],
      `there is provider = "${config.provider}" already, which says how the sender proves itself`,
    );
  }
  const sources = config.secret === undefined ? [] : usesOf(['secret'], config.secret);
  const found = sources.map(({ source }) => context.secretOf(source));
  const secrets = found.filter((secret) => secret !== undefined);
  // A secret that could not be read is reported where it was looked for.
  if (secrets.length < found.length) return { value: undefined, problems: [] };
  if (config.auth === 'none') {
    const problems =
      secrets.length === 0 ? [] : [warning(['secret'], 'without effect: auth = "none" asks for none')];
    return { value: compileAuth({ kind: 'none' }), problems };
  }
  const how =
    config.provider === undefined ? `auth = "${config.auth ?? 'bearer'}"` : `provider = "${config.provider}"`;
  if (secrets.length === 0) return refused([], `\`secret\` is missing: ${how} needs it`);
  if (config.auth === 'basic' && config.username === undefined)
    return refused([], '`username` is missing: auth = "basic" needs it');
  return compiledAuth(authSpec(config, secrets), config.auth === 'basic' ? 'username' : 'secret');
}

function compiledAuth(spec: AuthSpec, key: string): Authenticated {
  try {
    return { value: compileAuth(spec), problems: [] };
  } catch (error) {
    if (error instanceof AppError) return refused([key], error.message);
    throw error;
  }
}

function authSpec(config: WebhookConfig, secrets: readonly Secret[]): AuthSpec {
  if (config.provider !== undefined) return { kind: 'provider', provider: config.provider, secrets };
  switch (config.auth) {
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

function dedupeOf(written: string): WebhookTrigger['deliveryId'] {
  const [kind, ...rest] = written.split(':');
  const name = rest.join(':');
  if (kind === 'header') return { kind, name: name.toLowerCase() };
  return kind === 'json' ? { kind, name } : undefined;
}
