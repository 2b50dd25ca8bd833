/** `untether reload`: loads the configuration again and says what is live. */
import type { ReloadReport } from '../../core/event.ts';
import { botReloadLines } from '../../chat/reload-lines.ts';
import { AppError } from '../../core/errors.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { printIssues } from '../issues.ts';
import { reloadJson } from '../json.ts';
import { printChanges } from '../changes.ts';
import type { Printer } from '../print.ts';
import { refuseOtherFile } from '../same-file.ts';

export const handle: Handler = async function reload(input, context) {
  const [what = 'config', name] = [input.arg(0), input.arg(1)];
  if (what === 'config' && name === undefined) return reloadConfig(context);
  if (what === 'bots' ? name !== undefined : what !== 'bot' || name === undefined)
    throw new AppError('invalid_argument', 'reload what? config, bot NAME or bots');
  const { control, print } = context;
  const reloads = await control.reloadBots({ bot: name });
  if (print.json) print.value(reloads.map(({ bot, how, tookMs }) => ({ bot, how, tookMs })));
  else for (const line of botReloadLines(reloads)) print.line(line);
  return exitCodes.ok;
};

async function reloadConfig(context: CommandContext): Promise<number> {
  const { control, print } = context;
  await refuseOtherFile(context);
  const report = await control.reload('command');
  if (print.json) print.value(reloadJson(report));
  else describe(report, print);
  return report.ok ? exitCodes.ok : exitCodes.badConfiguration;
}

function describe(report: ReloadReport, print: Printer): void {
  printIssues(report.issues, print);
  if (!report.ok && report.held.length === 0)
    print.line(
      { text: 'not reloaded:', style: 'red' },
      `revision ${report.revision} (${report.hash}) stays live`,
    );
  else if (!report.changed) print.line(`revision ${report.revision} (${report.hash}) is live already`);
  else
    print.line({ text: 'reloaded:', style: 'green' }, `revision ${report.revision} (${report.hash}) is live`);
  for (const { file, keeps } of report.held) {
    const rest = keeps ? 'what it last said goes on' : 'nothing of it is live';
    print.line({ text: 'not taken:', style: 'red' }, `${file}: ${rest}`);
  }
  printChanges(report, print);
}
