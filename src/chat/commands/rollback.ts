/** `/rollback`: puts an earlier configuration back until the file changes, or lists those there are. */
import type { RevisionView } from '../../core/views.ts';
import type { ChatCommand } from '../command.ts';
import { reportText } from '../report-text.ts';
import { momentIn } from '../times.ts';
import { usageError } from '../wording.ts';

/** The report goes to whoever asks, and is no notice then. */
export const rollback: ChatCommand = {
  name: 'rollback',
  role: 'admin',
  usage: ['', 'REVISION', 'list'],
  summary: 'put an earlier configuration back until the file changes',
  examples: [
    { line: '/rollback list', does: 'shows the last ten that were live' },
    { line: '/rollback 1', does: 'puts that one back; without a number, the one before the live one' },
  ],
  meanwhile: (text) => (text === 'list' ? undefined : '⏪ Putting a revision back…'),
  async handle(asking, { control }) {
    const word = asking.text.trim().toLowerCase();
    if (word === 'list') {
      const rows = await control.revisions();
      return { text: rows.map((row) => revisionLine(row, asking.profile.zone)).join('\n') };
    }
    const report = await control.rollback({ ...revisionIn(word), source: 'chat' });
    return { text: reportText(report, control, asking.profile.zone) };
  },
};

function revisionIn(word: string): { readonly to?: number } {
  if (word === '') return {};
  if (/^\d{1,9}$/.test(word) && Number(word) > 0) return { to: Number(word) };
  throw usageError(`"${word}" is no number of a revision`, ['/rollback', '/rollback 12', '/rollback list']);
}

function revisionLine({ revision, hash, at, live, putBack }: RevisionView, zone: string): string {
  const again = putBack === null ? '' : `, revision ${putBack} put back`;
  return `${live ? '▶️' : '   '} ${revision} (${hash}), ${momentIn(zone, at)}${live ? `, live${again}` : ''}`;
}
