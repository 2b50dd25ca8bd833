/** Decides how a chat names what started a run, and whether anybody there asked for it. */
import type { TriggerId, TriggerKind } from '../../core/ids.ts';
import { splitTriggerId } from '../../core/ids.ts';
import { NAME_LIMIT } from './limits.ts';
import { oneLine } from './shorten.ts';

const SYMBOLS = { cron: '⏰', webhook: '⚡', at: '⏰', manual: '👤' } as const satisfies Record<
  TriggerKind,
  string
>;

/** `⏰ cron:daily`, `⚡ webhook:github`, `⏰ at:0f3a`, `👤 manual`; a repeated run keeps the trigger of the first. */
export function originOf(trigger: TriggerId): string {
  const { kind } = splitTriggerId(trigger);
  return `${SYMBOLS[kind]} ${kind === 'manual' ? kind : triggerName(trigger)}`;
}

/** The trigger in one line that is not too long. */
export function triggerName(trigger: TriggerId): string {
  return oneLine(trigger, NAME_LIMIT);
}

/** True when a person waits for the run; what a cron or a webhook starts makes no sound until it fails. */
export function isAskedFor(trigger: TriggerId): boolean {
  const { kind } = splitTriggerId(trigger);
  return kind === 'manual' || kind === 'at';
}
