/** Decides how a chat is told that the service has started: back after a restart that it asked for, or up. */
import { formatDuration } from '../../core/duration.ts';
import type { MissedBatch } from '../../core/missed.ts';
import { counted } from '../words.ts';

/** Nobody reads more of what is wrong than this many lines; `/status` has the rest. */
const MOST_TROUBLES = 5;

/** What is known of a start. */
export interface Arrival {
  readonly version: string;
  /** How long nobody served, ms; undefined: nobody had asked for a restart. */
  readonly awayMs: number | undefined;
  readonly crons: number;
  readonly webhooks: number;
  /** What went by meanwhile; undefined: nothing. */
  readonly missed: MissedBatch | undefined;
  /** What is wrong with the service, or worth a word about its configuration; a line each. */
  readonly troubles: readonly string[];
}

/** `Back up ✅ untether 0.1.0, away for 2s`, and what there is to say besides. */
export function arrivalText({ version, awayMs, crons, webhooks, missed, troubles }: Arrival): string {
  const begin = awayMs === undefined ? 'Up ✅' : 'Back up ✅';
  const away = awayMs === undefined ? '' : `, away for ${formatDuration(awayMs)}`;
  const rest = troubles.length - MOST_TROUBLES;
  return [
    `${begin} untether ${version}${away}: ${counted(crons, 'cron')}, ${counted(webhooks, 'webhook')}`,
    ...(missed === undefined ? [] : [`💤 ${missedInAll(missed)}; /missed shows it`]),
    ...troubles.slice(0, MOST_TROUBLES).map((text) => `⚠️ ${text}`),
    ...(rest > 0 ? [`and ${rest} more: /status`] : []),
  ].join('\n');
}

function missedInAll({ triggers }: MissedBatch): string {
  const moments = triggers.reduce((sum, { missed }) => sum + missed, 0);
  return `${counted(moments, 'moment')} of ${counted(triggers.length, 'trigger')} missed`;
}
