/** `untether init`: writes a commented configuration file. */
import { join } from 'node:path';
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { writeExample } from '../init.ts';

export const handle: Handler = async function init(input, { places, print, cwd }) {
  const { file, isNamed } = places.config();
  // A file in the home folder must not keep a folder from having its own.
  const target = isNamed ? file : join(cwd, 'untether.toml');
  await writeExample(target);
  if (!input.isSet('yes')) print.remark('wrote the example as it is; init asks no questions');
  if (print.json) print.value({ file: target });
  else print.line('wrote', { text: target, style: 'bold' });
  return exitCodes.ok;
};
