/** Decides what the message of a run says while the run is under way or waits. */
import { formatDuration } from '../../core/duration.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { MessageContent } from '../../core/message.ts';
import { cancelButtons } from './buttons.ts';
import { footerOf } from './footer.ts';
import { NAME_LIMIT } from './limits.ts';
import { isAskedFor } from './origin.ts';
import { oneLine } from './shorten.ts';

/** How far a run is. Times are epoch ms. */
export interface WorkingFacts {
  readonly run: RunId;
  readonly trigger: TriggerId;
  readonly engine: string;
  readonly model?: string | null;
  readonly startedAt: number;
  readonly now: number;
  /** Steps begun; 0: none is known of. */
  readonly steps: number;
  /** The last line or tool, as the engine told. */
  readonly last?: string;
  /** From 1. */
  readonly attempt: number;
  /** What it waits for, in words; absent: it works. */
  readonly waiting?: string;
  /** `40m late`; absent or empty for what runs in time. */
  readonly late?: string;
  /** Id of the message that asked for it. */
  readonly replyTo?: number;
}

const LINE_LIMIT = 200;

/** The content: what it does and for how long, the last that was seen of it, and where it came from. */
export function workingContent(facts: WorkingFacts): MessageContent {
  const { run, trigger, engine, model, replyTo, late = '' } = facts;
  const footer = footerOf({ trigger, engine, model, late, durationMs: undefined, costUsd: undefined });
  const last = oneLine(facts.last ?? '', LINE_LIMIT);
  const elapsed = elapsedOf(facts);
  return {
    text: [`${firstLine(facts)}${elapsed}`, last, footer].filter((line) => line !== '').join('\n'),
    ...(elapsed !== '' && { elapsed }),
    buttons: [cancelButtons(run)],
    silent: !isAskedFor(trigger),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

function firstLine({ engine, waiting, steps, attempt }: WorkingFacts): string {
  const name = oneLine(engine, NAME_LIMIT);
  if (waiting !== undefined) return `⏳ ${name} waits: ${oneLine(waiting, LINE_LIMIT)}`;
  const words = [
    `⏳ ${name} is working`,
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(steps > 0 ? [`step ${steps}`] : []),
  ];
  return words.join(' · ');
}

/** ` · 1m 20s`, in whole seconds; nothing before the first has passed. */
function elapsedOf({ waiting, startedAt, now }: WorkingFacts): string {
  const seconds = Math.floor((now - startedAt) / 1_000);
  return waiting !== undefined || seconds <= 0 ? '' : ` · ${formatDuration(seconds * 1_000)}`;
}
