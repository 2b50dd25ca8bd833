/** Decides where the result of a delivery is posted, and what signs it: the keys of `response = "callback"`. */
import type { ReportTarget } from '../core/report-target.ts';
import { AppError } from '../core/errors.ts';
import { compileAuth } from '../triggers/auth.ts';
import { checkTemplates } from './check-templates.ts';
import type { CompileContext, Compiled } from './compile-context.ts';
import { hasFault } from './compile-context.ts';
import { conceal, secretValues } from './conceal.ts';
import type { ValueTable } from './conceal.ts';
import { checkRanges } from './outbound.ts';
import { fault } from './problem.ts';
import type { Problem } from './problem.ts';
import { checkReportUrl } from './report-url.ts';
import type { WebhookConfig } from './schema/webhook.ts';
import type { SecretUse } from './secrets.ts';

/** Compiles it; undefined, without a problem, where the webhook answers otherwise. */
export function compileCallback(config: WebhookConfig, context: CompileContext): Compiled<ReportTarget> {
  if (config.response !== 'callback') return { value: undefined, problems: [], secrets: [] };
  const { table, secrets } = conceal(callbackTexts(config), ['webhook', config.id], context.secretOf);
  const { callback_url: url, callback_secret: secret } = table;
  const problems = [
    ...checkReportUrl(['callback_url'], config.callback_url, context),
    ...checkSecret(config, context),
    ...checkRanges(['callback_allow_private'], config.callback_allow_private),
    ...missing(config),
  ];
  if (url === undefined || secret === undefined || hasFault(problems))
    return { value: undefined, problems, secrets: [] };
  const allowPrivate = config.callback_allow_private ?? [];
  return { value: { url, secret, allowPrivate }, problems, secrets };
}

/** Where these keys hold secrets. */
export function callbackSecrets(config: WebhookConfig): readonly SecretUse[] {
  return config.response === 'callback' ? secretValues([], callbackTexts(config)) : [];
}

function callbackTexts({ callback_url: url, callback_secret: secret }: WebhookConfig): ValueTable {
  return {
    ...(url !== undefined && { callback_url: url }),
    ...(secret !== undefined && { callback_secret: secret }),
  };
}

function missing({ callback_url: url, callback_secret: secret }: WebhookConfig): readonly Problem[] {
  const remedy = 'make one with `echo "whsec_$(openssl rand -base64 32)"` and give it to the receiver';
  return [
    ...(url === undefined ? [fault([], '`callback_url` is missing: response = "callback" needs it')] : []),
    ...(secret === undefined
      ? [fault([], `\`callback_secret\` is missing: response = "callback" signs what it posts; ${remedy}`)]
      : []),
  ];
}

/** A secret must be what Standard Webhooks can sign with; one in `[secrets]` shows when it is used. */
function checkSecret(
  { callback_secret: source }: WebhookConfig,
  context: CompileContext,
): readonly Problem[] {
  if (source === undefined) return [];
  const path = ['callback_secret'];
  if (typeof source === 'string' && source.includes('{{'))
    return checkTemplates([{ path, text: source }], context);
  const secret = context.secretOf(source);
  if (secret === undefined) return [];
  try {
    compileAuth({ kind: 'provider', provider: 'standard-webhooks', secrets: [secret] });
    return [];
  } catch (error) {
    if (error instanceof AppError) return [fault(path, error.message)];
    throw error;
  }
}
