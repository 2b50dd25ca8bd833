/** `untether reload`: loads the configuration or the hooks again, connects a bot or begins telemetry anew, and says what is live. */
import {
  besideLines,
  botReloadLines,
  hooksReloadLines,
  telemetryReloadLines,
} from '../../chat/reload-lines.ts';
import { AppError } from '../../core/errors.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { hooksJson, reloadJson, wholeJson } from '../json.ts';
import { printReport } from '../report.ts';
import { refuseOtherFile } from '../same-file.ts';

export const handle: Handler = async function reload(input, context) {
  const [what = '', name] = [input.arg(0), input.arg(1)];
  if (what !== 'hooks' && input.isSet('empty'))
    throw new AppError('invalid_argument', '--empty is about hooks: untether reload hooks --empty');
  if (what === 'bot' && name !== undefined) return reloadBots(name, context);
  const way = name === undefined ? ways.get(what) : undefined;
  if (way === undefined)
    throw new AppError(
      'invalid_argument',
      'reload what? config, bot NAME, bots, hooks or telemetry; plugins alone: untether plugin reload',
    );
  return way(input, context);
};

/** By what is named; a single bot is named besides. */
const ways: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['', (_, context) => reloadAll(context)],
  ['config', (_, context) => reloadConfig(context)],
  ['bots', (_, context) => reloadBots(undefined, context)],
  ['hooks', (input, context) => reloadHooks(input.isSet('empty'), context)],
  ['telemetry', (_, context) => reloadTelemetry(context)],
]);

async function reloadConfig(context: CommandContext): Promise<number> {
  const { control, print } = context;
  await refuseOtherFile(context);
  const report = await control.reload('command');
  if (print.json) print.value(reloadJson(report));
  else await printReport(report, context);
  return report.ok ? exitCodes.ok : exitCodes.badConfiguration;
}

async function reloadAll(context: CommandContext): Promise<number> {
  const { control, print } = context;
  await refuseOtherFile(context);
  const whole = await control.reloadAll('command');
  if (print.json) print.value(wholeJson(whole));
  else {
    await printReport(whole.config, context);
    for (const line of besideLines(whole)) print.line(line);
  }
  if (!whole.config.ok || !whole.hooks.ok) return exitCodes.badConfiguration;
  return whole.plugins.failed.length > 0 ? exitCodes.failed : exitCodes.ok;
}

async function reloadBots(bot: string | undefined, { control, print }: CommandContext): Promise<number> {
  const reloads = await control.reloadBots({ bot });
  if (print.json) print.value(reloads.map(({ bot: id, how, tookMs }) => ({ bot: id, how, tookMs })));
  else for (const line of botReloadLines(reloads)) print.line(line);
  return exitCodes.ok;
}

async function reloadHooks(empty: boolean, { control, print }: CommandContext): Promise<number> {
  const report = await control.reloadHooks({ empty });
  if (print.json) print.value(hooksJson(report));
  else for (const line of hooksReloadLines(report)) print.line(line);
  return report.ok ? exitCodes.ok : exitCodes.badConfiguration;
}

async function reloadTelemetry({ control, print }: CommandContext): Promise<number> {
  const report = await control.reloadTelemetry();
  if (print.json) print.value(report);
  else for (const line of telemetryReloadLines(report)) print.line(line);
  return exitCodes.ok;
}
