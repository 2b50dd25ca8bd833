/** `untether schema`: prints the JSON Schema of the configuration. */
import { configJsonSchema } from '../../config/json-schema.ts';
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';

export const handle: Handler = async function schema(_input, { print }) {
  print.raw(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return exitCodes.ok;
};
