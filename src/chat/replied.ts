/** Decides which run a message replies to. */
import type { RunId } from '../core/ids.ts';
import type { Asking, ChatWorld } from './command.ts';
import { reachRun } from './reach.ts';

/** The run whose message it replies to; undefined: it is no reply, or one to a message about no run. */
export async function repliedRun(asking: Asking, world: ChatWorld): Promise<RunId | undefined> {
  const { replyTo, replyRun, to } = asking.incoming;
  const named = replyTo === undefined ? replyRun : await world.control.runOfMessage(to, replyTo);
  // A notice about a run of another chat gives no way into that run.
  return named === undefined ? undefined : (await reachRun(named, asking, world)).id;
}
