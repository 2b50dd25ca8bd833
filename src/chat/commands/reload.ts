/** `/reload`: reads all that was saved again, or a part of it, connects a bot or begins telemetry anew, and says what is live. */
import type { AppError } from '../../core/errors.ts';
import type { Asking, ChatCommand, ChatHandler, ChatWorld, Said } from '../command.ts';
import { reloadButtons } from '../reload-buttons.ts';
import { pluginReportLines } from '../plugin-lines.ts';
import { botReloadLines, hooksReloadLines, telemetryReloadLines } from '../reload-lines.ts';
import { reportText, wholeText } from '../report-text.ts';
import { usageError } from '../wording.ts';

/** The report goes to whoever asks, and is no notice then. */
export const reload: ChatCommand = {
  name: 'reload',
  role: 'admin',
  isAboutThisLife: true,
  usage: ['', 'config', 'plugins', 'bot NAME', 'bots', 'hooks', 'hooks --empty', 'telemetry'],
  summary: 'read the configuration, the plugins and the hooks again, or connect a bot again',
  examples: [
    { line: '/reload', does: 'takes what was saved, plugins and hooks too, or says what is wrong with it' },
    { line: '/reload bot default', does: 'connects that bot again; others see no gap' },
    { line: '/reload plugins', does: 'takes up what lies in the plugins folder' },
    { line: '/reload bots', does: 'all bots, one after another' },
    { line: '/reload hooks', does: 'reads the files of hooks, and says how many are in force' },
    { line: '/reload hooks --empty', does: 'agrees that a file of hooks is gone' },
    { line: '/reload telemetry', does: 'sends the spans that wait, and says where they go' },
  ],
  async handle(asking, world) {
    const words = wordsOf(asking.text);
    const [what, bot, ...more] = words;
    if (what === 'bot' && bot !== undefined && more.length === 0) return reloadBots(bot, asking, world);
    const part = parts.get(words.join(' '));
    if (part === undefined) throw nothingCalled(asking.text);
    return part.reload(asking, world);
  },
  meanwhile: (text) => `♻️ Reloading ${parts.get(wordsOf(text).join(' '))?.noun ?? text}…`,
};

interface Part {
  /** What is being reloaded, in words. */
  readonly noun: string;
  readonly reload: ChatHandler;
}

/** By what stands behind the command; a single bot is named besides. */
const parts: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['', { noun: 'the configuration, plugins and hooks', reload: reloadAll }],
  ['config', { noun: 'the configuration', reload: reloadConfig }],
  ['plugins', { noun: 'plugins', reload: reloadPlugins }],
  ['bots', { noun: 'all bots', reload: (asking, world) => reloadBots(undefined, asking, world) }],
  ['hooks', { noun: 'hooks', reload: (_, world) => reloadHooks(false, world) }],
  ['hooks --empty', { noun: 'hooks', reload: (_, world) => reloadHooks(true, world) }],
  ['telemetry', { noun: 'telemetry', reload: reloadTelemetry }],
]);

async function reloadAll({ profile }: Asking, { control }: ChatWorld): Promise<Said> {
  const whole = await control.reloadAll('chat');
  return { text: wholeText(whole, control, profile.zone), buttons: reloadButtons(whole.config) };
}

async function reloadConfig({ profile }: Asking, { control }: ChatWorld): Promise<Said> {
  const report = await control.reload('chat');
  return { text: reportText(report, control, profile.zone), buttons: reloadButtons(report) };
}

async function reloadPlugins(_: Asking, { control }: ChatWorld): Promise<Said> {
  return { text: pluginReportLines(await control.reloadPlugins({})).join('\n') };
}

async function reloadBots(
  bot: string | undefined,
  { incoming }: Asking,
  { control }: ChatWorld,
): Promise<Said> {
  // The button of an advisory is for what that says.
  const reloads = await control.reloadBots({ bot, isWaiting: incoming.kind === 'press' });
  return { text: botReloadLines(reloads).join('\n') };
}

async function reloadHooks(empty: boolean, { control }: ChatWorld): Promise<Said> {
  return { text: hooksReloadLines(await control.reloadHooks({ empty })).join('\n') };
}

async function reloadTelemetry(_: Asking, { control }: ChatWorld): Promise<Said> {
  return { text: telemetryReloadLines(await control.reloadTelemetry()).join('\n') };
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

function nothingCalled(text: string): AppError {
  const ways = reload.usage.map((usage) => `/reload ${usage}`.trimEnd());
  return usageError(`there is nothing called "${text}" to reload`, ways);
}
