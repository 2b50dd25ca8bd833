/** Decides which chat a run is found by: the one that is told of it. */
import type { RunSpec } from '../core/action.ts';
import { chatKey } from '../core/message.ts';

/** The key of the chat that is told of the runs of this specification; null: none is. */
export function toldChat({ chat }: RunSpec): string | null {
  return chat === undefined ? null : chatKey(chat);
}
