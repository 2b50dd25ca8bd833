/** `/restart`: leaves in order and comes back, and says so then. */
import type { ChatCommand } from '../command.ts';
import { orderOf } from '../order.ts';
import { usageError } from '../wording.ts';

/** The chat that asks hears of the new life; what is carried out here comes from the one that leaves. */
export const restart: ChatCommand = {
  name: 'restart',
  role: 'operator',
  isAboutThisLife: true,
  usage: ['', 'force'],
  summary: 'restart the service, and say when it is back',
  examples: [
    { line: '/restart', does: 'lets runs finish first; refused where the file on disk does not load' },
    { line: '/restart force', does: 'whatever is on disk, and however often' },
  ],
  async handle(asking, { control }) {
    const word = asking.text.toLowerCase();
    if (word !== '' && word !== 'force')
      throw usageError(`"${asking.text}" is no way to restart`, ['/restart', '/restart force']);
    const taken = await control.restart({ force: word === 'force', order: orderOf(asking) });
    return {
      text: taken.isRepeated ? '🔄 restarted for this already' : `🔄 Restarting${waits(taken.waitsFor)}…`,
    };
  },
};

function waits(runs: number): string {
  if (runs === 0) return '';
  return ` — waiting for ${runs === 1 ? 'a run' : `${runs} runs`} to finish`;
}
