/** `/plugin`: how the plugins are doing, and reloading them. */
import { AppError } from '../../core/errors.ts';
import type { ChatCommand } from '../command.ts';
import { pluginLines, pluginReportLines } from '../plugin-lines.ts';
import { mayDo } from '../roles.ts';
import { momentIn } from '../times.ts';
import { usageError } from '../wording.ts';

const WAYS = ['/plugin', '/plugin reload ID', '/plugin watch ID', '/plugin unwatch ID', '/plugin log ID'];
const LINES = 20;

/** Operators look, admins change; no code is ever fetched. */
export const plugin: ChatCommand = {
  name: 'plugin',
  role: 'operator',
  usage: ['', 'reload', 'reload ID', 'watch ID', 'unwatch ID', 'log ID'],
  summary: 'how the plugins are doing; admins reload and watch them',
  examples: [
    { line: '/plugin', does: 'lists them' },
    { line: '/plugin status', does: 'the same' },
  ],
  meanwhile: (text) => (text.startsWith('reload') ? '♻️ Reloading plugins…' : undefined),
  async handle({ text, role, profile }, { control }) {
    const [what = 'list', id, ...more] = text.split(/\s+/).filter(Boolean);
    if (more.length > 0) throw usageError(`/plugin takes no "${text}"`, WAYS);
    const isLook = ['list', 'status', 'log'].includes(what);
    if (!isLook && !mayDo(role, 'admin')) throw new AppError('denied', `/plugin ${what} is for admins`);
    const which = id === undefined ? {} : { id };
    switch (what) {
      case 'list':
      case 'status':
        return { text: pluginLines(await control.plugins()).join('\n') };
      case 'reload':
        return { text: pluginReportLines(await control.reloadPlugins(which), id).join('\n') };
      case 'watch':
      case 'unwatch':
        return {
          text: pluginLines(await control.watchPlugins({ ...which, watch: what === 'watch' })).join('\n'),
        };
      case 'log': {
        if (id === undefined) throw usageError('which plugin?', ['/plugin log ID']);
        const lines = (await control.pluginLog({ id })).slice(-LINES);
        return { text: lines.map((line) => `${momentIn(profile.zone, line.at)} ${line.text}`).join('\n') };
      }
      default:
        throw usageError(`/plugin cannot "${what}"`, WAYS);
    }
  },
};
