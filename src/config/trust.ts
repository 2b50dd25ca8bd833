/** Decides how far the data in a trigger's prompts is trusted: `trust` says it, else where the data comes from. */
import type { TriggerConfig } from './schema/trigger.ts';

/** What follows from data that others may have written. */
export interface Trust {
  /** The prompt says that it holds such data. */
  readonly isMarked: boolean;
  /** The agent only reads, unless the file names what it may use. */
  readonly onlyReads: boolean;
}

/**
 * Anybody may have written what a webhook is sent. What a cron fetches, the operator has chosen: it is not mistaken for
 * the operator's words, and the agent may still do its work.
 */
export function trustOf(
  kind: 'cron' | 'webhook',
  { trust, fetch }: Partial<Pick<TriggerConfig, 'trust' | 'fetch'>>,
): Trust {
  if (trust !== undefined) return { isMarked: trust === 'untrusted', onlyReads: trust === 'untrusted' };
  const isDelivered = kind === 'webhook';
  return { isMarked: isDelivered || fetch !== undefined, onlyReads: isDelivered };
}
