/** `untether retry`: runs a finished run again, as a new one. */
import type { Handler } from '../command-spec.ts';
import { printTaken } from '../taken.ts';

export const handle: Handler = async function retry(input, context) {
  return printTaken(await context.control.retry(input.arg(0) ?? ''), context);
};
