/** Decides what a chat is told of a run that ended while it waited: for its turn, or for its next attempt. */
import type { Run, RunState } from '../../core/run.ts';
import type { MessageContent } from '../../core/message.ts';
import { originOf } from './origin.ts';
import { REASON_LIMIT } from './limits.ts';
import { oneLine } from './shorten.ts';

/** How a run ends while it waits. */
export type UnbegunEnd = Extract<RunState, 'cancelled' | 'missed' | 'skipped' | 'superseded'>;

/** True for those ends; a run that is cancelled may also have been at work. */
export function isUnbegunEnd(state: RunState): state is UnbegunEnd {
  return state === 'cancelled' || state === 'missed' || state === 'skipped' || state === 'superseded';
}

/** What of a run is told. */
export type UnbegunRun = Pick<Run, 'trigger' | 'startedAt'> & {
  readonly state: UnbegunEnd;
  readonly reason: string | null;
};

/** The content that takes the place of what showed it as waiting; `replyTo` is the message that asked for it. */
export function unbegunContent(run: UnbegunRun, replyTo: number | undefined): MessageContent {
  return {
    text: `${sentence(run)}\n\n${originOf(run.trigger)}`,
    silent: true,
    ...(replyTo !== undefined && { replyTo }),
  };
}

function sentence({ state, reason, startedAt }: UnbegunRun): string {
  if (state !== 'cancelled') return `⏭ ${oneLine(reason ?? state, REASON_LIMIT)}`;
  return startedAt === null ? '🚫 cancelled before it began' : '🚫 cancelled before its next attempt';
}
