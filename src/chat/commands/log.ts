/** `/log`: what a run has written, as a file where it is too long for a message. */
import { AppError } from '../../core/errors.ts';
import { shortId } from '../../core/ids.ts';
import type { ChatCommand } from '../command.ts';
import { reachRun } from '../reach.ts';
import { repliedRun } from '../replied.ts';
import { usageError } from '../wording.ts';

/** Of a longer output the end is shown: a file that a phone still opens. UTF-16 units. */
const MOST_SHOWN = 1_000_000;

/** Of the run that is named, or whose message is replied to. */
export const log: ChatCommand = {
  name: 'log',
  role: 'user',
  usage: ['RUN'],
  summary: 'what a run has written',
  examples: [{ line: '/log 5c1d07a2b3c4', does: 'shows its output' }],
  async handle(asking, world) {
    const named = asking.text === '' ? await repliedRun(asking, world) : asking.text;
    if (named === undefined) throw usageError('of which run? /runs lists them', ['/log RUN']);
    const { id } = await reachRun(named, asking, world);
    const { output } = await world.control.run(id);
    if (output.trim() === '') throw new AppError('not_found', `run ${shortId(id)} has written nothing`);
    return { text: endOf(output), fileName: `${shortId(id)}.log` };
  },
};

function endOf(output: string): string {
  const more = output.length - MOST_SHOWN;
  return more <= 0
    ? output
    : `[… ${more} characters before this: \`untether logs\` shows them …]\n${output.slice(-MOST_SHOWN)}`;
}
