/** Decides what chats are told of the end of an attempt: what the rules say, without what is muted. */
import type { Mask } from '../../core/secret.ts';
import { messagesOf } from '../../chat/render/run-messages.ts';
import type { ChatLedger } from '../../core/chat-ledger.ts';
import type { RunLedger } from '../../core/run-ledger.ts';
import { chatKey } from '../../core/message.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { Tell } from '../../runs/settling.ts';
import type { Mutes } from './mutes.ts';
import { redacted } from './redacted.ts';

/** What telling needs. */
export interface TellingDeps {
  readonly runs: RunLedger;
  readonly ledger: Pick<ChatLedger, 'messagesOf'>;
  readonly mutes: Mutes;
  readonly mask: Mask;
}

/** The dispatcher's way to the words; it answers at once wherever nothing has to be looked up. */
export function createTell({ runs, ledger, mutes, mask }: TellingDeps): Tell {
  return function tell(run, settlement, { message, startedAt }) {
    const { chat, noticeChat, notifyOnRecovery = false } = run.spec;
    if (chat === undefined && noticeChat === undefined) return [];
    const words = (afterFailure: boolean): Told => {
      const about = { run, settlement, startedAt, afterFailure };
      const said = messagesOf(message === undefined ? about : { ...about, message });
      return audible(redacted(said, mask), run, { ledger, mutes });
    };
    if (!notifyOnRecovery || settlement.state !== 'succeeded') return words(false);
    return failedBefore(runs, run).then(words);
  };
}

type Told = ReturnType<Tell>;
type Telling = Parameters<Tell>[0];

/** What somebody asked for is told whatever is muted, and a message that shows a run at work gets its end. */
function audible(
  said: readonly OutgoingMessage[],
  { id, spec }: Telling,
  { ledger, mutes }: Pick<TellingDeps, 'ledger' | 'mutes'>,
): Told {
  const isMuted = ({ to }: OutgoingMessage): boolean => mutes.isMuted(spec.trigger, chatKey(to));
  if (spec.asked === true || !said.some(isMuted)) return said;
  if (!said.some((one) => isMuted(one) && one.kind === 'final')) return said.filter((one) => !isMuted(one));
  return ledger.messagesOf(id).then((shown) => {
    const begun = new Set(shown.filter(({ kind }) => kind === 'working').map(({ to }) => chatKey(to)));
    return said.filter((one) => !isMuted(one) || (one.kind === 'final' && begun.has(chatKey(one.to))));
  });
}

async function failedBefore(runs: RunLedger, { id, trigger }: Telling): Promise<boolean> {
  const [newestFailure] = await runs.list({ trigger, state: 'failed', limit: 1, before: id });
  const [newestSuccess] = await runs.list({ trigger, state: 'succeeded', limit: 1, before: id });
  return newestFailure !== undefined && (newestSuccess === undefined || newestFailure.id > newestSuccess.id);
}
