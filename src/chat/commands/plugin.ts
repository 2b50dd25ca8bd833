/** `/plugin`: how the plugins are doing, and reloading them. */
import type { Control } from '../../core/control.ts';
import { AppError } from '../../core/errors.ts';
import type { ChatCommand } from '../command.ts';
import { onlyPlugin } from '../one-plugin.ts';
import { pluginLines, pluginReportLines } from '../plugin-lines.ts';
import { mayDo } from '../roles.ts';
import type { Role } from '../roles.ts';
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
    const way = ways.get(what);
    if (way === undefined) throw usageError(`/plugin cannot "${what}"`, WAYS);
    if (!mayDo(role, way.role)) throw new AppError('denied', `/plugin ${what} is for admins`);
    const lines = await way.lines(control, { id, count, zone: profile.zone });
    return { text: lines.join('\n') };
  },
};

/** What stands behind the word, and the zone of the chat. */
interface Asked {
  readonly id: string | undefined;
  readonly count: string | undefined;
  readonly zone: string;
}

interface Way {
  readonly role: Role;
  readonly lines: (control: Control, asked: Asked) => Promise<readonly string[]>;
}

const ways: ReadonlyMap<string, Way> = new Map<string, Way>([
  ['list', { role: 'operator', lines: look }],
  ['status', { role: 'operator', lines: look }],
  ['log', { role: 'operator', lines: log }],
  ['reload', { role: 'admin', lines: reload }],
  ['watch', { role: 'admin', lines: (control, { id }) => watch(control, id, true) }],
  ['unwatch', { role: 'admin', lines: (control, { id }) => watch(control, id, false) }],
]);

async function look(control: Control, { id }: Asked): Promise<readonly string[]> {
  return pluginLines(onlyPlugin(await control.plugins(), id));
}

async function log(control: Control, { id, count, zone }: Asked): Promise<readonly string[]> {
  if (id === undefined) throw usageError('which plugin?', ['/plugin log ID']);
  const lines = await control.pluginLog({ id, limit: limitOf(count) });
  return lines.map(({ at, text }) => `${momentIn(zone, at)} ${text}`);
}

async function reload(control: Control, { id }: Asked): Promise<readonly string[]> {
  return pluginReportLines(await control.reloadPlugins(id === undefined ? {} : { id }), id);
}

async function watch(
  control: Control,
  id: string | undefined,
  isWatched: boolean,
): Promise<readonly string[]> {
  return pluginLines(await control.watchPlugins({ ...(id !== undefined && { id }), watch: isWatched }));
}

function limitOf(count = String(LINES)): number {
  const limit = /^\d{1,3}$/.test(count) ? Number(count) : 0;
  if (limit >= 1 && limit <= MOST_LINES) return limit;
  throw usageError(`"${count}" is no number from 1 to ${MOST_LINES}`, ['/plugin log ID 50']);
}
