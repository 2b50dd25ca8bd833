/** Decides which run a message replies to. */
import type { RunId } from '../core/ids.ts';
import type { Asking, ChatWorld } from './command.ts';
import { reachRun } from './reach.ts';

/** The run whose message it replies to; undefined: it is no reply, or one to a message about no run. */
export async function repliedRun(asking: Asking, world: ChatWorld): Promise<RunId | undefined> {
  const { replyTo, replyRun, to } = asking.incoming;
  if (replyRun !== undefined) return (await reachRun(replyRun, asking, world)).id;
  return replyTo === undefined ? undefined : world.control.runOfMessage(to, replyTo);
}
