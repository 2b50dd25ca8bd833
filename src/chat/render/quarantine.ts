/** Decides how a chat is told that a trigger was paused because it fails again and again, or calls itself. */
import type { RunId, TriggerId } from '../../core/ids.ts';
import type { Destination, OutgoingMessage } from '../../core/message.ts';
import { buttonRow, logButton } from '../buttons.ts';
import { noticeKey } from '../keys.ts';
import { triggerName } from './origin.ts';

/** What was paused, and why. */
export interface Quarantined {
  readonly trigger: TriggerId;
  /** `5 runs failed in a row`. */
  readonly why: string;
  /** The run with which it came to that. */
  readonly run: RunId;
  readonly at: number;
}

/** The message, with the way back. */
export function quarantineNotice({ trigger, why, run, at }: Quarantined, to: Destination): OutgoingMessage {
  const resume = { label: 'Resume', command: `/resume ${trigger}` };
  return {
    key: noticeKey('quarantine', trigger, at),
    to,
    kind: 'notice',
    run,
    content: {
      text: `🚧 ${triggerName(trigger)} is paused: ${why}. It stays so until somebody resumes it.`,
      silent: false,
      buttons: [buttonRow(resume, logButton(run), { label: 'Why', command: `/why ${trigger}` })],
    },
  };
}
