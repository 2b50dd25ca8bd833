/** Decides how a chat is asked whether a run that its budget left out is to run all the same. */
import type { RunId, TriggerId } from '../../core/ids.ts';
import { chatKey } from '../../core/message.ts';
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import { buttonRow } from '../buttons.ts';
import { noticeKey } from '../keys.ts';
import { triggerName } from './origin.ts';

/** The run that was left out, and whom to ask. */
export interface LeftOut {
  readonly run: RunId;
  readonly trigger: TriggerId;
  /** Which budget is used up. */
  readonly reason: string;
  readonly to: Destination;
}

/** The question, with the way to say yes; who says nothing lets it be. */
export function budgetQuestion({ run, trigger, reason, to }: LeftOut): OutgoingMessage {
  return {
    key: noticeKey('budget', run, chatKey(to)),
    to,
    kind: 'notice',
    run,
    content: {
      text: `💸 ${triggerName(trigger)} was not run: ${reason}. Run it all the same?`,
      silent: false,
      buttons: [buttonRow({ label: 'Run anyway', command: `/retry ${run} anyway` })],
    },
  };
}
