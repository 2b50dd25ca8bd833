/** `untether plugin`: writes a plugin to begin with, and asks the service about its plugins. */
import { onlyPlugin } from '../../chat/one-plugin.ts';
import { pluginLines, pluginReportLines } from '../../chat/plugin-lines.ts';
import { AppError } from '../../core/errors.ts';
import type { PluginReport, PluginsView } from '../../core/plugin.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import type { Input } from '../input.ts';
import { isoTime, pluginReportJson, pluginsJson } from '../json.ts';
import { newPlugin } from '../new-plugin.ts';
import { localTime } from '../print.ts';

export const handle: Handler = async function plugin(input, context) {
  const what = input.arg(0) ?? '';
  const way = Object.hasOwn(ways, what) ? ways[what] : undefined;
  if (way === undefined)
    throw new AppError('invalid_argument', `plugin what? ${Object.keys(ways).join(', ')}`);
  const stray = ['limit', 'since'].find((flag) => what !== 'log' && input.isSet(flag));
  if (stray !== undefined)
    throw new AppError('invalid_argument', `--${stray} is about log: untether plugin log ID --${stray} …`);
  return way(input, context);
};

const ways: Readonly<Record<string, Handler>> = {
  async new(input, { places, print }) {
    const made = await newPlugin(needed(input), places.config().file);
    if (print.json) print.value({ ...made });
    else print.line('wrote', made.file);
    return exitCodes.ok;
  },
  list: look,
  status: look,
  async reload(input, { control, print }) {
    const id = input.arg(1);
    const report = await control.reloadPlugins(id === undefined ? {} : { id });
    if (print.json) print.value(pluginReportJson(report));
    else for (const line of pluginReportLines(report, id)) print.line(line);
    return exitOf(report, id);
  },
  watch: async (input, context) => show(await context.control.watchPlugins(watching(input, true)), context),
  unwatch: async (input, context) =>
    show(await context.control.watchPlugins(watching(input, false)), context),
  async log(input, { control, print, clock }) {
    const [limit, ageMs] = [input.number('limit'), input.number('since')];
    const lines = await control.pluginLog({
      id: needed(input),
      ...(limit !== undefined && { limit }),
      ...(ageMs !== undefined && { since: clock.now() - ageMs }),
    });
    if (print.json) print.value(lines.map((line) => ({ ...line, at: isoTime(line.at) })));
    else for (const { at, level, text } of lines) print.line(localTime(at), level.padEnd(5), text);
    return exitCodes.ok;
  },
};

async function look(input: Input, context: CommandContext): Promise<number> {
  return show(onlyPlugin(await context.control.plugins(), input.arg(1)), context);
}

function show(view: PluginsView, { print }: CommandContext): number {
  if (print.json) print.value(pluginsJson(view));
  else for (const line of pluginLines(view)) print.line(line);
  return exitCodes.ok;
}

function needed(input: Input): string {
  const id = input.arg(1);
  if (id === undefined) throw new AppError('invalid_argument', `plugin ${input.arg(0) ?? ''} needs an ID`);
  return id;
}

function watching(input: Input, watch: boolean): { readonly id?: string; readonly watch: boolean } {
  const id = input.arg(1);
  return id === undefined ? { watch } : { id, watch };
}

/** Of one that was asked for, the failures of others are no failure. */
function exitOf({ failed }: PluginReport, only: string | undefined): number {
  const isFailure = failed.some(({ id }) => only === undefined || id === only);
  return isFailure ? exitCodes.failed : exitCodes.ok;
}
