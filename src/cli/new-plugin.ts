/** Decides what a new plugin begins as: one file with a command, an action and a filter, ready to run. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reservedNames } from '../chat/table.ts';
import { AppError } from '../core/errors.ts';
import { isPluginId } from '../core/plugin.ts';
import { pathsOf } from '../plugins/manifest.ts';

/** Writes `plugins/ID.ts` beside the configuration file. Rejects with `invalid_argument`, and `conflict` where it is there. */
export async function newPlugin(
  id: string,
  configFile: string,
): Promise<{ readonly id: string; readonly file: string }> {
  if (!isPluginId(id)) {
    throw new AppError(
      'invalid_argument',
      `${JSON.stringify(id)} is no name of a plugin: a letter, then up to 31 of a–z, 0–9, _ and -`,
    );
  }
  const folder = join(dirname(configFile), 'plugins');
  const taken = pathsOf(folder, id).find((path) => existsSync(path));
  if (taken !== undefined) throw new AppError('conflict', `${taken} is there already; nothing was written`);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${id}.ts`);
  await writeFile(file, textOf(id), { flag: 'wx' });
  return { id, file };
}

/** Commands hold no hyphen (Bot API, BotCommand), and those that are built in are taken. */
function commandOf(id: string): string {
  const name = id.replaceAll('-', '_');
  return reservedNames.has(name) ? `my_${name}` : name;
}

function textOf(id: string): string {
  const command = commandOf(id);
  return `/** The plugin ${id}; \`untether plugin reload ${id}\` takes up what is saved here. */
import { definePlugin } from 'untether/plugin';

export default definePlugin({
  description: 'what ${id} is for',
  commands: {
    ${command}: {
      summary: 'says hello',
      usage: ['', 'NAME'],
      run: ({ text }) => \`hello \${text === '' ? 'there' : text}\`,
    },
  },
  actions: {
    // Of a trigger: action = "plugin:${id}"
    default: {
      async run({ trigger, payload }, { log, state }) {
        const runs = Number((await state.get('runs')) ?? 0) + 1;
        await state.set('runs', runs);
        log.info(\`\${trigger}: \${payload.length} characters\`);
        return \`run \${runs}\`;
      },
    },
  },
  filters: {
    // In a template of a run: {{ ref | plugin: "${id}" }}
    shout: (value) => String(value).toUpperCase(),
  },
});
`;
}
