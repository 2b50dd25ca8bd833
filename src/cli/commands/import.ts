/** `untether import`: prints what another program's file would be here, for review. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { AppError, messageOf } from '../../core/errors.ts';
import { didYouMean } from '../../core/suggest.ts';
import type { CommandContext, Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { checked } from '../import/checked.ts';
import { sources } from '../import/sources.ts';
import type { Importer, SourceName } from '../import/sources.ts';
import { writeToml } from '../import/write.ts';
import { usage } from '../input.ts';

export const handle: Handler = async function importFile(input, context) {
  const [source = '', file = ''] = input.args;
  const read = importerNamed(source);
  const isSystem = input.isSet('system');
  if (isSystem && source !== 'crontab') throw usage('--system is about a crontab');
  const imported = await read({
    text: await readText(file, context),
    file,
    isSystem,
    beside: (name) => readBeside(file, name, context),
  });
  const { toml, notes } = writeToml(checked(imported), `${source} ${file}`);
  if (context.print.json) {
    context.print.value({ toml, notes });
    return exitCodes.ok;
  }
  context.print.raw(toml);
  for (const { at, text } of notes) context.print.remark(`${at}: ${text}`);
  return exitCodes.ok;
};

function importerNamed(name: string): Importer {
  const names = Object.keys(sources);
  if (!isSource(name))
    throw usage(`there is no import ${name}; there are ${names.join(', ')}${didYouMean(name, names)}`);
  return sources[name];
}

function isSource(name: string): name is SourceName {
  return Object.hasOwn(sources, name);
}

async function readText(file: string, { cwd, stdin }: CommandContext): Promise<string> {
  if (file === '-') return textOf(stdin);
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new AppError('not_found', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function readBeside(file: string, name: string, { cwd }: CommandContext): Promise<string | undefined> {
  if (file === '-') return undefined;
  try {
    return await readFile(join(dirname(resolve(cwd, file)), name), 'utf8');
  } catch {
    // Not there: what it would have said is missing, and the import says so.
    return undefined;
  }
}
