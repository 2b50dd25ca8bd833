/** `/cancel`: ends the run that is replied to or named, else the one thing in this chat that can be meant. */
import { AppError } from '../../core/errors.ts';
import type { Run, RunState } from '../../core/run.ts';
import { buttonRow } from '../buttons.ts';
import type { Asking, ChatCommand, ChatWorld, Said } from '../command.ts';
import { chatOf, reachRun } from '../reach.ts';
import { repliedRun } from '../replied.ts';
import { runLine, shortId } from '../words.ts';

/** More runs at once than a list of buttons can show. */
const MOST_LISTED = 20;

export const cancel: ChatCommand = {
  name: 'cancel',
  role: 'user',
  usage: ['ID?'],
  summary:
    'end a run: the one replied to, the one named, else the one at work, the one waiting, or all that is pending',
  examples: [{ line: '/cancel', does: 'ends what is at work in this chat' }],
  async handle(asking, world) {
    const { replyTo } = asking.incoming;
    if (asking.text !== '') return end(await reachRun(asking.text, asking, world), world);
    const replied = await repliedRun(asking, world);
    if (replied !== undefined) return end(await reachRun(replied, asking, world), world);
    if (replyTo !== undefined) throw new AppError('not_found', 'that message is about no run');
    return (
      (await endOnly('running', asking, world)) ??
      (await endOnly('queued', asking, world)) ??
      endPending(asking, world)
    );
  },
};

async function end(run: Run, { control }: ChatWorld): Promise<Said> {
  await control.cancel(run.id, { wait: false });
  const what = run.state === 'running' ? 'cancelling' : 'cancelled';
  return { text: `🚫 ${what} ${shortId(run.id)} (${run.trigger})` };
}

/** Undefined: no run of the chat is in that state. Several are listed, with a button each. */
async function endOnly(state: RunState, asking: Asking, world: ChatWorld): Promise<Said | undefined> {
  const runs = await world.control.runs({ chat: chatOf(asking), state, limit: MOST_LISTED });
  const [only] = runs;
  if (only === undefined) return undefined;
  if (runs.length === 1) return end(only, world);
  const now = world.clock.now();
  return {
    text: [`which one? ${runs.length} are ${state}:`, ...runs.map((run) => runLine(run, now))].join('\n'),
    buttons: runs.map(({ id }) => buttonRow({ label: `Cancel ${shortId(id)}`, command: `/cancel ${id}` })),
  };
}

async function endPending(asking: Asking, { control }: ChatWorld): Promise<Said> {
  const pending = await control.pending({ chat: chatOf(asking) });
  if (pending.length === 0) return { text: 'nothing is running in this chat, and nothing is pending' };
  for (const { run } of pending) await control.cancel(run, { wait: false });
  return {
    text: `🚫 nothing was running; cancelled ${pending.length} pending /at: ${pending.map(({ run }) => shortId(run)).join(', ')}`,
  };
}
