/** Decides what is said when a message could not be delivered: to an admin once, or to the chat that may have missed it. */
import { buttonRow } from '../../chat/buttons.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { ChatSettings } from '../../core/chat-settings.ts';
import { chatKey } from '../../core/message.ts';
import type { Destination, OutgoingMessage, SendOutcome, StoredMessage } from '../../core/message.ts';
import { leftover } from '../../telegram/outcome.ts';

/** What follows the end of an attempt to send; undefined: nothing, or it was said before. Rejects with `unavailable`. */
export async function followUp(
  row: StoredMessage,
  outcome: SendOutcome,
  { ledger, settings }: { readonly ledger: ChatLedger; readonly settings: ChatSettings },
): Promise<OutgoingMessage | undefined> {
  // With newer content it is sent again.
  if (outcome.kind === 'unknown') return row.state === 'unknown' ? pointer(row) : undefined;
  if (outcome.kind !== 'failed') return undefined;
  const to = adminFor(row.to, settings);
  const name = `refused:${chatKey(row.to)}`;
  if (to === undefined || (await ledger.remembered(name)) === outcome.reason) return undefined;
  await ledger.remember(name, outcome.reason);
  return {
    key: `notice:${name}:${row.seq}`,
    to,
    kind: 'notice',
    content: {
      text: `⚠️ chat ${row.to.chat} takes no messages: ${outcome.reason}. What is meant for it is left out until that changes.`,
      silent: false,
    },
  };
}

/** What follows from attempts that a dead process left under way, before their end is recorded. */
export function pointersTo(leftovers: readonly StoredMessage[]): readonly OutgoingMessage[] {
  return leftovers.filter((row) => leftover(row).kind === 'unknown').map(pointer);
}

/** The answer itself is not said again: it may be there already. */
function pointer({ key, to, run }: StoredMessage): OutgoingMessage {
  const about = run === undefined ? 'a message' : `the answer of run ${run.slice(-12)}`;
  return {
    key: `notice:unknown:${key}`,
    to,
    kind: 'notice',
    ...(run !== undefined && { run }),
    content: {
      text: `⚠️ The connection broke while ${about} was being sent: it may be missing here.`,
      silent: false,
      ...(run !== undefined && { buttons: [buttonRow({ label: 'Log', command: `/log ${run}` })] }),
    },
  };
}

/** The default chat, else an admin in person; never the chat that takes nothing. */
function adminFor(refused: Destination, { defaultChat, admins }: ChatSettings): Destination | undefined {
  const chats = [...(defaultChat === undefined ? [] : [defaultChat]), ...admins];
  const chat = chats.find((one) => one !== refused.chat);
  return chat === undefined ? undefined : { bot: refused.bot, chat };
}
