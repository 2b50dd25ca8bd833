/** Decides what becomes of the message of a run that ended without having begun: it does not wait for ever. */
import { originOf } from '../../chat/render/origin.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { AppEvent } from '../../core/event.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { RunState } from '../../core/run.ts';

type RunEvent = Extract<AppEvent, { readonly kind: 'run' }>;

/** Ends that a waiting run comes to by itself; whoever cancels one says so there. */
const ENDS: readonly RunState[] = ['missed', 'superseded'];

/** What takes the place of the messages that show the run as waiting; usually there are none. Rejects with `unavailable`. */
export async function endUnbegun(
  { run, trigger, state, reason }: RunEvent,
  ledger: Pick<ChatLedger, 'messagesOf'>,
): Promise<readonly OutgoingMessage[]> {
  if (!ENDS.includes(state)) return [];
  const sent = await ledger.messagesOf(run);
  return sent
    .filter(({ kind }) => kind === 'working')
    .map(({ key, to, content: { replyTo } }) => ({
      ...{ key, to, run },
      kind: 'final',
      content: {
        text: `⏭ ${reason ?? state}\n\n${originOf(trigger)}`,
        silent: true,
        ...(replyTo !== undefined && { replyTo }),
      },
    }));
}
