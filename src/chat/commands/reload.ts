/** `/reload`: reads the configuration again and says what is live. */
import type { ReloadReport } from '../../core/event.ts';
import type { ChatCommand } from '../command.ts';
import { usageError } from '../wording.ts';
import { reportLines } from '../reload-lines.ts';

/** The report goes to whoever asks, and is no notice then. */
export const reload: ChatCommand = {
  name: 'reload',
  role: 'admin',
  usage: ['', 'config'],
  summary: 'read the configuration again',
  examples: [{ line: '/reload', does: 'takes the saved file, or says what is wrong with it' }],
  async handle(asking, { control }) {
    if (asking.text !== '' && asking.text.toLowerCase() !== 'config')
      throw usageError(`there is nothing called "${asking.text}" to reload`, ['/reload', '/reload config']);
    const report: ReloadReport = await control.reload('chat');
    return { text: reportLines(report).join('\n') };
  },
};
