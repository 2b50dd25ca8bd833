/** Decides what becomes of the messages that a dead process was sending: before anything else is sent. */
import type { ChatLedger } from '../core/chat-ledger.ts';
import type { Clock } from '../core/clock.ts';
import type { SendOutcome, StoredMessage } from '../core/message.ts';
import { leftover } from './outcome.ts';

/** What recovering needs. */
export interface RecoveryDeps {
  readonly bot: string;
  readonly ledger: Pick<ChatLedger, 'sendingMessages' | 'settleMessage'>;
  readonly clock: Clock;
  readonly onSettled: (row: StoredMessage, outcome: SendOutcome) => void;
}

/** Ends every attempt of the bot's that is on record as under way. Rejects while the store is away; repeat it then. */
export async function recover({ bot, ledger, clock, onSettled }: RecoveryDeps): Promise<void> {
  for (const row of await ledger.sendingMessages(bot)) {
    const { seq, version } = row;
    const outcome = leftover(row);
    const settled = await ledger.settleMessage({ seq, version, outcome, at: clock.now() });
    if (settled !== undefined) onSettled(settled, outcome);
  }
}
