/** `untether resume`: ends a pause. */
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { printPauses } from '../pauses.ts';

export const handle: Handler = async function resume(input, context) {
  const trigger = input.arg(0);
  printPauses(await context.control.resume(trigger === undefined ? {} : { trigger }), context);
  return exitCodes.ok;
};
