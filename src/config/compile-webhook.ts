/** Decides what a webhook comes to: its route, who may call it, which deliveries count, and its runs. */
import type { RunSpec } from '../core/action.ts';
import { triggerId } from '../core/ids.ts';
import type { ReportTarget } from '../core/report-target.ts';
import type { WebhookTrigger } from '../core/trigger.ts';
import { compileRanges } from '../net/range.ts';
import type { CompiledAuth } from '../triggers/auth.ts';
import { compileAuthOf } from './compile-auth.ts';
import { compileCallback } from './compile-callback.ts';
import { compileCoalesce } from './compile-coalesce.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { hasFault } from './compile-context.ts';
import { checkExpect, compileExpect } from './compile-expect.ts';
import { compileFilter } from './compile-filter.ts';
import { checkResponse, compileResponse } from './compile-response.ts';
import { compileSpec } from './compile-spec.ts';
import { compileUpload } from './compile-upload.ts';
import { deliveryPlaceOf } from './delivery-place.ts';
import { checkRanges } from './outbound.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import type { WebhookConfig } from './schema/webhook.ts';

/** Compiles one webhook; `raw` is its table as written. */
export function compileWebhook(
  config: WebhookConfig,
  raw: Readonly<Record<string, unknown>>,
  context: CompileContext,
): Compiled<WebhookTrigger> {
  const spec = compileSpec({ kind: 'webhook', config, raw }, context);
  const auth = compileAuthOf(config, context);
  const coalesce = config.coalesce && compileCoalesce(config.coalesce, context);
  const ofCoalesce = coalesce?.problems ?? [];
  const filter = compileFilter(config.filter, context.readExpression);
  const callback = compileCallback(config, context);
  const runs = spec.value && withCallback(spec.value, callback.value);
  const upload = compileUpload(config, { spec: runs, auth: auth.value }, context);
  const ofParts = [...ofCoalesce, ...checkResponse(config), ...callback.problems, ...upload.problems];
  const ownProblems = [...checkOwn(config), ...filter.problems, ...ofParts];
  const problems = [...ownProblems, ...auth.problems, ...spec.problems];
  if (runs === undefined || auth.value === undefined || hasFault(ofParts))
    return { value: undefined, problems, secrets: [] };
  const value: WebhookTrigger = {
    ...addressOf(config),
    ...senderOf(config, auth.value),
    ...boundsOf(config, context),
    events: new Set(typeof config.event_filter === 'string' ? [config.event_filter] : config.event_filter),
    ...(filter.value !== undefined && { filter: filter.value }),
    ...(coalesce !== undefined && { coalesce: coalesce.value }),
    ...(upload.value !== undefined && { upload: upload.value }),
    ...toldOf(config),
    spec: runs,
  };
  return { value, problems, secrets: [...spec.secrets, ...callback.secrets] };
}

function checkOwn(config: WebhookConfig): readonly Problem[] {
  return [...checkPath(config.path), ...checkRanges(['allow_ips'], config.allow_ips), ...checkExpect(config)];
}

type Address = Pick<WebhookTrigger, 'kind' | 'id' | 'path' | 'method' | 'open'>;

function addressOf({ id, path, auth }: WebhookConfig): Address {
  return { kind: 'webhook', id: triggerId('webhook', id), path, method: 'POST', open: auth === 'none' };
}

type Sender = Pick<WebhookTrigger, 'allowed' | 'deliveryId' | 'isRewritten'> &
  Omit<CompiledAuth, 'deliveryId' | 'isRewritten'>;

/** Who may call it, and how a delivery is known again. */
function senderOf({ allow_ips: ranges, dedupe }: WebhookConfig, auth: CompiledAuth): Sender {
  const { deliveryId: ownId, isRewritten, ...verified } = auth;
  const deliveryId = dedupe === undefined ? ownId : dedupeOf(dedupe);
  return {
    ...verified,
    ...(ranges !== undefined && { allowed: { ranges, has: compileRanges(ranges) } }),
    ...(deliveryId !== undefined && { deliveryId }),
    // What the operator takes for the id is of another kind: there another body is another delivery.
    ...(isRewritten === true && dedupe === undefined && { isRewritten }),
  };
}

type Bounds = Pick<
  WebhookTrigger,
  'maxBodyBytes' | 'rateLimit' | 'maxQueued' | 'quarantineAfter' | 'loopLimit'
>;

function boundsOf(config: WebhookConfig, { server }: CompileContext): Bounds {
  return {
    maxBodyBytes: config.max_body_bytes ?? server.maxBodyBytes,
    rateLimit: config.rate_limit ?? server.rateLimit,
    maxQueued: config.max_queued,
    ...(config.quarantine_after !== undefined && { quarantineAfter: config.quarantine_after }),
    ...(config.loop_limit !== undefined && { loopLimit: config.loop_limit }),
  };
}

/** Who is told what: the sender of a delivery, and a chat when none comes. */
function toldOf(config: WebhookConfig): Pick<WebhookTrigger, 'answer' | 'expect'> {
  const [answer, expect] = [compileResponse(config), compileExpect(config)];
  return { ...(answer !== undefined && { answer }), ...(expect !== undefined && { expect }) };
}

/** The runs of a webhook whose sender is told their result. */
function withCallback(spec: RunSpec, callback: ReportTarget | undefined): RunSpec {
  return callback === undefined ? spec : { ...spec, reports: { ...spec.reports, callback } };
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

/** `dedupe` as written; undefined: deliveries are not deduplicated. */
function dedupeOf(written: string): WebhookTrigger['deliveryId'] {
  return written === 'none' ? undefined : deliveryPlaceOf(written);
}
