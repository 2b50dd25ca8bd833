/** Decides the ready-made line by which a person can try the service out. */
import type { SecretSource } from '../config/schema/secret.ts';
import type { SentTo } from './webhooks.ts';

/** What the line may show. */
export interface CurlRules {
  /** `http://127.0.0.1:9876`. */
  readonly address: string;
  /**
   * The secrets written in the file may be shown: a person is looking, or the file is the published example. Output
   * that goes anywhere else may be kept as a log.
   */
  readonly maySayLiteral: boolean;
}

/** A `curl` call for the first webhook that asks for no signature; undefined where there is none. */
export function curlLine(webhooks: readonly SentTo[], rules: CurlRules): string | undefined {
  for (const webhook of webhooks) {
    const header = headerOf(webhook, rules);
    if (header === undefined) continue;
    const parts = [
      // A certificate is for the name that senders call, and this is the address.
      rules.address.startsWith('https:') ? 'curl -k' : 'curl',
      '-X POST',
      header,
      `-H 'Content-Type: application/json' -d '{"hello":"world"}'`,
      rules.address + webhook.path,
    ];
    return parts.filter((part) => part !== '').join(' ');
  }
  return undefined;
}

function headerOf({ how, signs }: SentTo, rules: CurlRules): string | undefined {
  if (how === 'none') return '';
  if (how !== 'bearer' || signs === undefined) return undefined;
  const secret = secretWord(signs, rules);
  return secret === undefined ? undefined : `-H ${secret}`;
}

/** The header as a word of the shell; a variable is named, not shown. */
function secretWord(source: SecretSource, { maySayLiteral }: CurlRules): string | undefined {
  if (typeof source === 'string')
    return maySayLiteral ? `'Authorization: Bearer ${source.replaceAll("'", String.raw`'\''`)}'` : undefined;
  return 'env' in source && /^\w+$/.test(source.env) ? `"Authorization: Bearer $${source.env}"` : undefined;
}
