/** `/retry`: a finished run again, as a new one. */
import { shortId } from '../../core/ids.ts';
import type { ChatCommand } from '../command.ts';
import { onceOf } from '../order.ts';
import { reachRun } from '../reach.ts';
import { usageError } from '../wording.ts';

const USAGE = ['/retry RUN', '/retry RUN anyway'];

/** Its work and payload as they were, told of in the chat that asks. */
export const retry: ChatCommand = {
  name: 'retry',
  role: 'user',
  usage: ['RUN', 'RUN anyway'],
  summary: 'run a finished run again; anyway: although its budget is used up',
  examples: [{ line: '/retry 5c1d07a2b3c4', does: 'the same payload, the same work' }],
  async handle(asking, world) {
    const [name = '', anyway] = asking.text.split(/\s+/);
    if (name === '') throw usageError('which run?', USAGE);
    if (anyway !== undefined && anyway !== 'anyway') throw usageError(`what does "${anyway}" mean?`, USAGE);
    const { id } = await reachRun(name, asking, world);
    const { run } = await world.control.retry(id, {
      order: onceOf(asking),
      overBudget: anyway !== undefined,
    });
    return { text: `🔁 run ${shortId(id)} again, as ${shortId(run)}`, run };
  },
};
