/** Decides what chats are told of the end of an attempt: what the rules say, without what is muted. */
import { messagesOf } from '../../chat/render/run-messages.ts';
import type { RunLedger } from '../../core/ledger.ts';
import { chatKey } from '../../core/message.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import type { Tell } from '../../runs/settling.ts';
import type { Mutes } from './mutes.ts';
import { redacted } from './redacted.ts';
import type { Mask } from '../../chat/render/masked.ts';

/** What telling needs. */
export interface TellingDeps {
  readonly runs: RunLedger;
  readonly mutes: Mutes;
  readonly mask: Mask;
}

/** The dispatcher's way to the words; it answers at once wherever nothing has to be looked up. */
export function createTell({ runs, mutes, mask }: TellingDeps): Tell {
  return function tell(run, settlement, { message, startedAt }) {
    const { chat, noticeChat, notifyOnRecovery = false } = run.spec;
    if (chat === undefined && noticeChat === undefined) return [];
    const words = (afterFailure: boolean): readonly OutgoingMessage[] => {
      const about = { run, settlement, startedAt, afterFailure };
      const said = messagesOf(message === undefined ? about : { ...about, message });
      return redacted(
        said.filter(({ to }) => !mutes.isMuted(run.spec.trigger, chatKey(to))),
        mask,
      );
    };
    if (!notifyOnRecovery || settlement.state !== 'succeeded') return words(false);
    return failedBefore(runs, run).then(words);
  };
}

async function failedBefore(runs: RunLedger, { id, trigger }: Parameters<Tell>[0]): Promise<boolean> {
  const [newestFailure] = await runs.list({ trigger, state: 'failed', limit: 1, before: id });
  const [newestSuccess] = await runs.list({ trigger, state: 'succeeded', limit: 1, before: id });
  return newestFailure !== undefined && (newestSuccess === undefined || newestFailure.id > newestSuccess.id);
}
