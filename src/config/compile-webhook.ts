/** Decides what a webhook comes to: its route, who may call it, which deliveries count, and its runs. */
import { AppError } from '../core/errors.ts';
import { triggerId } from '../core/ids.ts';
import type { Secret } from '../core/secret.ts';
import type { WebhookTrigger } from '../core/trigger.ts';
import { compileAuth } from '../triggers/auth.ts';
import type { AuthSpec, CompiledAuth } from '../triggers/auth.ts';
import { compileCoalesce } from './compile-coalesce.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { hasFault } from './compile-context.ts';
import { checkExpect, compileExpect } from './compile-expect.ts';
import { compileSpec } from './compile-spec.ts';
import { fault, warning } from './problem.ts';
import type { KeyPath, Problem } from './problem.ts';
import type { WebhookConfig } from './schema/webhook.ts';
import { usesOf } from './secrets.ts';

/** Compiles one webhook; `raw` is its table as written. */
export function compileWebhook(
  config: WebhookConfig,
  raw: Readonly<Record<string, unknown>>,
  context: CompileContext,
): Compiled<WebhookTrigger> {
  const spec = compileSpec({ kind: 'webhook', config, raw }, context);
  const auth = authOf(config, context);
  const coalesce = config.coalesce && compileCoalesce(config.coalesce, context);
  const ofCoalesce = coalesce?.problems ?? [];
  const ownProblems = [...checkPath(config.path), ...checkExpect(config), ...ofCoalesce];
  const problems = [...ownProblems, ...auth.problems, ...spec.problems];
  if (spec.value === undefined || auth.value === undefined || hasFault(ofCoalesce))
    return { value: undefined, problems, secrets: [] };
  const { deliveryId: ownId, ...verified } = auth.value;
  const deliveryId = config.dedupe === undefined ? ownId : dedupeOf(config.dedupe);
  const expect = compileExpect(config);
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
    ...(config.quarantine_after !== undefined && { quarantineAfter: config.quarantine_after }),
    ...(config.loop_limit !== undefined && { loopLimit: config.loop_limit }),
    maxQueued: config.max_queued,
    ...(expect !== undefined && { expect }),
    ...(coalesce !== undefined && { coalesce: coalesce.value }),
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
  const sources = config.secret === undefined ? [] : usesOf(['secret'], config.secret);
  const found = sources.map(({ path, source }) => ({ path, secret: context.secretOf(source) }));
  const secrets = found.flatMap(({ secret }) => secret ?? []);
  const isAllRead = secrets.length === found.length;
  const problems = [...checkProof(config), ...(isBearer(config) ? checkBearer(found) : [])];
  // A secret that could not be read is reported where it was looked for.
  if (problems.length > 0 || !isAllRead) return { value: undefined, problems };
  if (config.auth !== 'none')
    return compiledAuth(authSpec(config, secrets), config.auth === 'basic' ? 'username' : 'secret');
  const idle = warning(['secret'], 'without effect: auth = "none" asks for none');
  return { value: compileAuth(authSpec(config, [])), problems: secrets.length === 0 ? [] : [idle] };
}

/** What is wrong with the keys that say how a sender proves itself, whatever their values. */
function checkProof({ auth, provider, secret, username }: WebhookConfig): readonly Problem[] {
  const how = provider === undefined ? `auth = "${auth ?? 'bearer'}"` : `provider = "${provider}"`;
  const problems: Problem[] = [];
  if (provider !== undefined && auth !== undefined)
    problems.push(fault(['auth'], `there is ${how} already, which says how the sender proves itself`));
  if (secret === undefined && auth !== 'none')
    problems.push(fault([], `\`secret\` is missing: ${how} needs it`));
  if (provider === undefined && auth === 'basic' && username === undefined)
    problems.push(fault([], '`username` is missing: auth = "basic" needs it'));
  return problems;
}

function isBearer({ auth, provider }: WebhookConfig): boolean {
  return provider === undefined && (auth === undefined || auth === 'bearer');
}

// What arrives of a header field: visible ASCII, spaces only inside (RFC 9110 §5.5).
const CARRIED = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

function checkBearer(
  found: ReadonlyArray<{ readonly path: KeyPath; readonly secret: Secret | undefined }>,
): readonly Problem[] {
  return found.flatMap(({ path, secret }) =>
    secret === undefined || CARRIED.test(secret.reveal())
      ? []
      : [
          fault(
            path,
            'no HTTP header can carry this secret: a bearer secret is ASCII without control characters, and no space begins or ends it',
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
  config: Pick<WebhookConfig, 'provider' | 'auth' | 'username'>,
  secrets: readonly Secret[],
): AuthSpec {
  if (config.provider !== undefined) return { kind: 'provider', provider: config.provider, secrets };
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

function dedupeOf(written: string): WebhookTrigger['deliveryId'] {
  const [kind, ...rest] = written.split(':');
  const name = rest.join(':');
  if (kind === 'header') return { kind, name: name.toLowerCase() };
  return kind === 'json' ? { kind, name } : undefined;
}
