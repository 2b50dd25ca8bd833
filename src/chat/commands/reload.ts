/** `/reload`: reads all that was saved again, or a part of it, connects a bot or begins telemetry anew, and says what is live. */
import type { ChatCommand } from '../command.ts';
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
  async handle({ text, incoming, profile }, { control }) {
    const [what, bot, ...more] = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (more.length > 0) throw nothingCalled(text);
    if (what === 'plugins' && bot === undefined)
      return { text: pluginReportLines(await control.reloadPlugins({})).join('\n') };
    if (what === undefined) {
      const whole = await control.reloadAll('chat');
      return { text: wholeText(whole, control, profile.zone), buttons: reloadButtons(whole.config) };
    }
    if (what === 'config' && bot === undefined) {
      const report = await control.reload('chat');
      return { text: reportText(report, control, profile.zone), buttons: reloadButtons(report) };
    }
    if (what === 'telemetry' && bot === undefined)
      return { text: telemetryReloadLines(await control.reloadTelemetry()).join('\n') };
    if (what === 'hooks' && (bot === undefined || bot === '--empty'))
      return { text: hooksReloadLines(await control.reloadHooks({ empty: bot !== undefined })).join('\n') };
    if (what === 'bots' ? bot !== undefined : what !== 'bot' || bot === undefined) throw nothingCalled(text);
    // The button of an advisory is for what that says.
    const reloads = await control.reloadBots({ bot, isWaiting: incoming.kind === 'press' });
    return { text: botReloadLines(reloads).join('\n') };
  },
  meanwhile: (text) => `♻️ Reloading ${ANNOUNCED[text] ?? text}…`,
};

const ANNOUNCED: Readonly<Record<string, string>> = {
  '': 'the configuration',
  config: 'the configuration',
  bots: 'all bots',
  'hooks --empty': 'hooks',
};

function nothingCalled(text: string): ReturnType<typeof usageError> {
  return usageError(`there is nothing called "${text}" to reload`, [
    '/reload',
    '/reload plugins',
    '/reload bot NAME',
    '/reload bots',
    '/reload hooks',
    '/reload telemetry',
  ]);
}
