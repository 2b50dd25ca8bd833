/** Decides how chats are told that the service leaves when their runs are at work: one line each. */
import { chatKey } from '../../core/message.ts';
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { ClaimedRun } from '../../core/run.ts';
import type { Departure } from '../../core/restart.ts';
import { noticeKey } from '../keys.ts';

/** Whose runs are at work, why the service leaves, and which life of it. */
export interface LeavingFacts {
  readonly active: readonly ClaimedRun[];
  readonly departure: Departure;
  readonly boot: string;
  /** What the chat (see `chatKey`) hears nothing of. */
  readonly isMuted: (trigger: TriggerId, chat: string) => boolean;
}

type Told = ClaimedRun & { readonly spec: { readonly chat: Destination } };

/** The lines; the chat that asked for it has its answer, and the run that did waits for nothing. */
export function leavingLines({ active, departure, boot, isMuted }: LeavingFacts): readonly OutgoingMessage[] {
  const asked = departure.kind === 'restart' ? departure : undefined;
  const askedIn = asked?.order === undefined ? undefined : chatKey(asked.order.to);
  const told = active.filter((run): run is Told => isTold(run, asked?.run));
  const heard = told.filter(
    ({ trigger, spec }) => spec.asked === true || !isMuted(trigger, chatKey(spec.chat)),
  );
  const byChat = Map.groupBy(heard, ({ spec }) => chatKey(spec.chat));
  const what = asked === undefined ? 'Stopping' : 'Restarting';
  return [...byChat].flatMap(([chat, runs]) => {
    const [first] = runs;
    if (first === undefined || chat === askedIn) return [];
    const whose = runs.length === 1 ? 'your run' : `your ${runs.length} runs`;
    return [
      {
        key: noticeKey('leaving', boot, chat),
        to: first.spec.chat,
        kind: 'notice',
        content: { text: `🔄 ${what} — waiting for ${whose} to finish…`, silent: true },
      },
    ];
  });
}

/** Commands and the like say nothing at work, so nobody waits for them but who asked. */
function isTold({ id, spec }: ClaimedRun, asker: RunId | undefined): boolean {
  const isShown = spec.action.kind === 'agent_run' || spec.asked === true;
  return id !== asker && isShown && spec.chat !== undefined;
}
