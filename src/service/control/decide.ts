/** Decides that a request without a name means the same thing each time: what it came to first is kept before it is acted on. */
import { decidedName } from '../../chat/memory-names.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { Control } from '../../core/control.ts';
import type { RunId } from '../../core/ids.ts';

/** What is kept of a chat: its messages are acted on one after another, so that the last request is enough. */
interface Decided {
  readonly request: string;
  readonly choice: readonly RunId[];
}

/** See `Control.decide`. */
export async function decide(
  ledger: Pick<ChatLedger, 'remember' | 'remembered'>,
  { chat, request, choice }: Parameters<Control['decide']>[0],
): Promise<readonly RunId[]> {
  const name = decidedName(chat);
  const kept = await ledger.remembered(name);
  const last = kept === undefined ? undefined : (JSON.parse(kept) as Decided);
  if (last?.request === request) return last.choice;
  if (choice.length > 0) await ledger.remember(name, JSON.stringify({ request, choice } satisfies Decided));
  return choice;
}
