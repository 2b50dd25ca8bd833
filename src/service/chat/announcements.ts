/** Decides that an answer which was announced comes: once it is known, or at the next start, with what is live then. */
import type { Announced, Reply } from '../../chat/incoming.ts';
import { ANNOUNCEMENTS, announcementName } from '../../chat/memory-names.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { OutgoingMessage } from '../../core/message.ts';

/** Where announcements are kept until their answers are there. */
export interface AnnouncementDeps {
  readonly ledger: Pick<ChatLedger, 'remember' | 'memories' | 'message'>;
  /** Puts messages into the outbox. Rejects with `unavailable`. */
  readonly tell: (messages: readonly OutgoingMessage[]) => Promise<void>;
  readonly log: Log;
}

/** The reply, by which its answer is owed from now on, whatever becomes of this life. Rejects with `unavailable`. */
export async function recordAnnouncement(
  { later, ...reply }: Announced,
  deps: AnnouncementDeps,
): Promise<Reply> {
  const [first] = reply.messages;
  if (later === undefined || first === undefined) return reply;
  const name = announcementName(first.key);
  await deps.ledger.remember(name, first.content.text);
  const onRecorded = (): void => {
    keep(name, later, deps).catch((error: unknown) => {
      deps.log.error('an answer that was announced cannot be given', { error: messageOf(error) });
    });
  };
  return { ...reply, onRecorded };
}

async function keep(
  name: string,
  later: Promise<readonly OutgoingMessage[]>,
  { ledger, tell }: AnnouncementDeps,
): Promise<void> {
  await tell(await later);
  await ledger.remember(name, undefined);
}

/** Puts `text` in the place of what an earlier life announced and did not come to say. Rejects with `unavailable`. */
export async function endAnnouncements(text: string, { ledger, tell }: AnnouncementDeps): Promise<void> {
  for (const [name, announced] of await ledger.memories(ANNOUNCEMENTS)) {
    const row = await ledger.message(name.slice(ANNOUNCEMENTS.length));
    // Where it is not there, what was asked comes again; where it reads otherwise, the answer is there.
    if (row?.content.text === announced) await tell([{ ...row, content: { ...row.content, text } }]);
    await ledger.remember(name, undefined);
  }
}
