/** `/plugin`: how the plugins are doing, and reloading them. */
import { AppError } from '../../core/errors.ts';
import type { ChatCommand } from '../command.ts';
import { onlyPlugin } from '../one-plugin.ts';
import { pluginLines, pluginReportLines } from '../plugin-lines.ts';
import { mayDo } from '../roles.ts';
import { momentIn } from '../times.ts';
import { usageError } from '../wording.ts';

const WAYS = [
  '/plugin',
  '/plugin status ID',
  '/plugin reload ID',
  '/plugin watch ID',
  '/plugin unwatch ID',
  '/plugin log ID N',
];
/** What a chat shows without being told otherwise, and at most. */
const LINES = 20;
const MOST_LINES = 100;

/** Operators look, admins change; no code is ever fetched. */
export const plugin: ChatCommand = {
  name: 'plugin',
  role: 'operator',
  usage: ['', 'status ID', 'reload', 'reload ID', 'watch ID', 'unwatch ID', 'log ID', 'log ID N'],
  summary: 'how the plugins are doing; admins reload and watch them',
  examples: [
    { line: '/plugin', does: 'lists them' },
    { line: '/plugin status', does: 'the same' },
  ],
  meanwhile: (text) => (text.startsWith('reload') ? '♻️ Reloading plugins…' : undefined),
  async handle({ text, role, profile }, { control }) {
    const [what = 'list', id, count, ...more] = text.split(/\s+/).filter(Boolean);
    if (more.length > 0 || (count !== undefined && what !== 'log'))
      throw usageError(`/plugin takes no "${text}"`, WAYS);
    const isLook = ['list', 'status', 'log'].includes(what);
    if (!isLook && !mayDo(role, 'admin')) throw new AppError('denied', `/plugin ${what} is for admins`);
    const which = id === undefined ? {} : { id };
    switch (what) {
      case 'list':
      case 'status':
        return { text: pluginLines(onlyPlugin(await control.plugins(), id)).join('\n') };
      case 'reload':
        return { text: pluginReportLines(await control.reloadPlugins(which), id).join('\n') };
      case 'watch':
      case 'unwatch':
        return {
          text: pluginLines(await control.watchPlugins({ ...which, watch: what === 'watch' })).join('\n'),
        };
      case 'log': {
        if (id === undefined) throw usageError('which plugin?', ['/plugin log ID']);
        const lines = await control.pluginLog({ id, limit: limitOf(count) });
        return { text: lines.map((line) => `${momentIn(profile.zone, line.at)} ${line.text}`).join('\n') };
      }
      default:
        throw usageError(`/plugin cannot "${what}"`, WAYS);
    }
  },
};

function limitOf(count = String(LINES)): number {
  const limit = /^\d{1,3}$/.test(count) ? Number(count) : 0;
  if (limit >= 1 && limit <= MOST_LINES) return limit;
  throw usageError(`"${count}" is no number from 1 to ${MOST_LINES}`, ['/plugin log ID 50']);
}
