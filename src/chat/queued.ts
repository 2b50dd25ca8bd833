/** Decides what is shown of a run that has been asked for and has not begun. */
import type { RunId } from '../core/ids.ts';
import { chatKey } from '../core/message.ts';
import type { Destination, OutgoingMessage } from '../core/message.ts';

/** The message that will show the run at work, and its answer in the end: one message for one run. */
export function queuedMessage(run: RunId, to: Destination, replyTo: number | undefined): OutgoingMessage {
  return {
    key: `run:${run}:${chatKey(to)}:0`,
    to,
    kind: 'working',
    run,
    content: {
      text: '⏳ waiting for its turn',
      // What takes its place is an edit, which never makes a sound.
      silent: false,
      ...(replyTo !== undefined && { replyTo }),
      buttons: [[{ label: 'Cancel', command: `/cancel ${run}` }]],
    },
  };
}
