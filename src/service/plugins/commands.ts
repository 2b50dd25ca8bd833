/** Decides how a plugin's command is answered in a chat: by its worker, in good time, or with what went wrong. */
import type { Asking, ChatCommand, Said } from '../../chat/command.ts';
import { AppError } from '../../core/errors.ts';
import type { CommandShape } from '../../plugins/protocol.ts';
import { shapeNow } from '../../plugins/table.ts';
import { whyNoValue } from './no-value.ts';
import type { Plugins } from './plugins.ts';

/** The commands of the plugins that serve now. */
export function pluginCommands(plugins: Plugins): readonly ChatCommand[] {
  return [...plugins.table().values()].flatMap((entry) =>
    (shapeNow(entry)?.commands ?? []).map((shape) => commandOf(entry.id, shape, plugins)),
  );
}

function commandOf(
  id: string,
  { name, key, role, usage, summary }: CommandShape,
  plugins: Plugins,
): ChatCommand {
  return {
    ...{ name, role, usage, summary, examples: [] },
    async handle(asking) {
      const result = await plugins.call(id, {
        target: { kind: 'commands', key },
        argument: argumentOf(asking),
        deadlineMs: plugins.deadlineOf(id),
      });
      if (result?.kind === 'returned') return saidOf(result.value);
      throw new AppError('conflict', `the plugin ${id}: ${whyNoValue(result)}`);
    },
  };
}

function argumentOf({ text, role, incoming: { from, to } }: Asking): Readonly<Record<string, unknown>> {
  return { text, role, chat: to.chat, ...(from !== undefined && { user: from }) };
}

function saidOf(value: unknown): Said {
  if (value === undefined || value === null) return { messages: [] };
  return { text: typeof value === 'string' ? value : JSON.stringify(value) };
}
