/** Decides what the line below an answer says: `claude · sonnet-4 · 2m 3s · $0.042 · ⏰ cron:daily-review`. */
import { formatDuration } from '../../core/duration.ts';
import type { TriggerId } from '../../core/ids.ts';
import { NAME_LIMIT } from './limits.ts';
import { originOf } from './origin.ts';
import { oneLine } from './shorten.ts';

/** What there is to say; what is unknown is left out. */
export interface FooterFacts {
  readonly trigger: TriggerId;
  readonly engine: string | undefined;
  readonly model: string | null | undefined;
  readonly durationMs: number | undefined;
  /** US dollars. */
  readonly costUsd: number | null | undefined;
  /** `40m late`; empty for what ran in time. */
  readonly late: string;
}

/** The line. */
export function footerOf({ trigger, engine, model, durationMs, costUsd, late }: FooterFacts): string {
  const names = [engine, model].map((name) => oneLine(name ?? '', NAME_LIMIT));
  const duration = durationMs === undefined ? '' : formatDuration(durationMs);
  const words = [...names, duration, formatCost(costUsd), originOf(trigger), late];
  return words.filter((word) => word !== '').join(' · ');
}

/** `$1.20`, `$0.042`, `$0.0123`: cents, and below ten of them two digits that count or three; empty when unknown. */
export function formatCost(costUsd: number | null | undefined): string {
  if (costUsd === null || costUsd === undefined || !Number.isFinite(costUsd) || costUsd < 0) return '';
  if (costUsd === 0 || costUsd >= 0.0995) return `$${costUsd.toFixed(2)}`;
  if (costUsd < 0.0001) return '<$0.0001';
  return `$${costUsd.toPrecision(3).replace(/0$/, '')}`;
}
