/** Decides what a webhook comes to: its route, who may call it, which deliveries count, and its runs. */
import type { RunSpec } from '../core/action.ts';
import { triggerId } from '../core/ids.ts';
import type { ReportTarget } from '../core/report-target.ts';
import type { WebhookTrigger } from '../core/trigger.ts';
import { compileRanges } from '../net/range.ts';
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
  const ownProblems = [
    ...checkPath(config.path),
    ...checkRanges(['allow_ips'], config.allow_ips),
    ...checkExpect(config),
    ...filter.problems,
    ...ofParts,
  ];
  const problems = [...ownProblems, ...auth.problems, ...spec.problems];
  if (runs === undefined || auth.value === undefined || hasFault(ofParts))
    return { value: undefined, problems, secrets: [] };
  const { deliveryId: ownId, isRewritten, ...verified } = auth.value;
  const deliveryId = config.dedupe === undefined ? ownId : dedupeOf(config.dedupe);
  const expect = compileExpect(config);
  const answer = compileResponse(config);
  const value: WebhookTrigger = {
    kind: 'webhook',
    id: triggerId('webhook', config.id),
    path: config.path,
    method: 'POST',
    open: config.auth === 'none',
    ...verified,
    ...(config.allow_ips && { allowed: { ranges: config.allow_ips, has: compileRanges(config.allow_ips) } }),
    maxBodyBytes: config.max_body_bytes ?? context.server.maxBodyBytes,
    rateLimit: config.rate_limit ?? context.server.rateLimit,
    events: new Set(typeof config.event_filter === 'string' ? [config.event_filter] : config.event_filter),
    ...(filter.value !== undefined && { filter: filter.value }),
    ...(deliveryId !== undefined && { deliveryId }),
    // What the operator takes for the id is of another kind: there another body is another delivery.
    ...(isRewritten === true && config.dedupe === undefined && { isRewritten }),
    ...(config.quarantine_after !== undefined && { quarantineAfter: config.quarantine_after }),
    ...(config.loop_limit !== undefined && { loopLimit: config.loop_limit }),
    maxQueued: config.max_queued,
    ...(expect !== undefined && { expect }),
    ...(coalesce !== undefined && { coalesce: coalesce.value }),
    ...(answer !== undefined && { answer }),
    ...(upload.value !== undefined && { upload: upload.value }),
    spec: runs,
  };
  return { value, problems, secrets: [...spec.secrets, ...callback.secrets] };
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
