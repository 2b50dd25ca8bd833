/** Decides what the files of a configuration say about their webhooks: for whoever plays the sender. */
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { checkWebhook } from '../config/check.ts';
import { authSpec } from '../config/compile-auth.ts';
import { verifierIn } from '../config/compile-plugins.ts';
import { gather } from '../config/gather.ts';
import { issueLine } from '../config/issues.ts';
import { asTable } from '../config/parse.ts';
import { SecretReader, usesOf } from '../config/secrets.ts';
import type { SecretPlaces } from '../config/secrets.ts';
import type { SecretSource } from '../config/schema/secret.ts';
import type { WebhookConfig } from '../config/schema/webhook.ts';
import { joinDocuments, tablesOf } from '../config/whole.ts';
import { AppError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import type { AuthSpec } from '../triggers/auth.ts';

/** A webhook as its senders need to know it. */
export interface SentTo {
  readonly id: string;
  readonly path: string;
  /** How senders prove themselves; `provider` or `auth` as written, or that it is described. */
  readonly how: NonNullable<WebhookConfig['auth'] | WebhookConfig['provider']> | 'signature';
  /** The secret that signs, as written; undefined for `none`. */
  readonly signs: SecretSource | undefined;
  readonly config: WebhookConfig;
  /** What senders have before the path, where the file says it. */
  readonly publicUrl: string | undefined;
  /** How the service itself is called. */
  readonly scheme: 'http' | 'https';
}

/**
 * The webhooks of a file and of those that it includes, in their order; `invalid_config` when the main one is no TOML, and
 * what is wrong besides is left out.
 */
export async function readWebhooks(file: string): Promise<readonly SentTo[]> {
  const { main, included } = await gather({ file, home: homedir() });
  if (!main.ok) throw new AppError('invalid_config', issueLine(main.issue));
  const others = included.flatMap((one) => (one.ok ? one.document : []));
  const { root } = joinDocuments(main.document, others);
  const origin = originOf(asTable(asTable(root['triggers'])?.['server']));
  return tablesOf('webhooks', root).flatMap((raw) => sentTo(raw, origin) ?? []);
}

type Origin = Pick<SentTo, 'publicUrl' | 'scheme'>;

function originOf(server: Readonly<Record<string, unknown>> | undefined): Origin {
  const written = server?.['public_url'];
  return {
    publicUrl: typeof written === 'string' ? written.trim().replace(/\/+$/, '') : undefined,
    scheme: server?.['tls'] === undefined ? 'http' : 'https',
  };
}

function sentTo(raw: unknown, origin: Origin): SentTo | undefined {
  const checked = checkWebhook(raw, []);
  if (!checked.ok) return undefined;
  const config = checked.value;
  const [first] = config.secret === undefined ? [] : usesOf([], config.secret);
  const how = config.provider ?? (config.signature ? 'signature' : (config.auth ?? 'bearer'));
  return {
    id: config.id,
    path: config.path,
    how,
    signs: how === 'none' ? undefined : first?.source,
    config,
    ...origin,
  };
}

/** The webhook named `name` or `webhook:name`. `not_found` lists those that there are. */
export async function findWebhook(file: string, name: string): Promise<SentTo> {
  const webhooks = await readWebhooks(file);
  const own = name.replace(/^webhook:/, '');
  const found = webhooks.find(({ id }) => id === own);
  if (found !== undefined) return found;
  const others = webhooks.map(({ id }) => id).join(', ');
  throw new AppError(
    'not_found',
    `${file} has no webhook ${own}${others === '' ? '' : `; it has ${others}`}`,
  );
}

/** What to sign a request with; `invalid_config` when its secret cannot be read. */
export async function authOf(webhook: SentTo, file: string, env: NodeJS.ProcessEnv): Promise<AuthSpec> {
  const { how, config, signs } = webhook;
  const isAsked = verifierIn(config.auth) !== undefined;
  return authSpec(
    config,
    how === 'none' || isAsked ? [] : [await readSecret(webhook, signs, placesOf(file, env))],
  );
}

/** The same with every secret that is valid now, to verify with. */
export async function everyAuthOf(webhook: SentTo, file: string, env: NodeJS.ProcessEnv): Promise<AuthSpec> {
  const { how, config } = webhook;
  const sources = how === 'none' ? [] : usesOf([], config.secret ?? []).map(({ source }) => source);
  const read = sources.map((source) => readSecret(webhook, source, placesOf(file, env)));
  return authSpec(config, await Promise.all(read));
}

function placesOf(file: string, env: NodeJS.ProcessEnv): SecretPlaces {
  return { env, home: homedir(), folder: dirname(file) };
}

async function readSecret(
  { id, how }: SentTo,
  source: SecretSource | undefined,
  places: SecretPlaces,
): Promise<Secret> {
  if (source === undefined)
    throw new AppError('invalid_config', `webhook ${id} has no secret, which ${how} needs`);
  const reader = new SecretReader(places);
  const [problem] = await reader.readAll([{ path: [], source }]);
  const secret = reader.get(source);
  if (secret === undefined)
    throw new AppError('invalid_config', `webhook ${id}: ${problem?.message ?? 'its secret cannot be read'}`);
  return secret;
}
