/** `untether fire`: runs a trigger now. */
import type { Handler } from '../command-spec.ts';
import { contentTypeOf, readData } from '../data.ts';
import { printTaken } from '../taken.ts';

export const handle: Handler = async function fire(input, context) {
  const trigger = input.arg(0) ?? '';
  const file = input.text('data');
  if (file === undefined) return printTaken(await context.control.fire({ trigger }), context);
  const data = await readData(file, context);
  const contentType = input.text('type') ?? contentTypeOf(data);
  return printTaken(await context.control.fire({ trigger, data, contentType }), context);
};
