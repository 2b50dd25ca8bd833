/** `untether completion`: prints the completion script of a shell. */
import type { Handler } from '../command-spec.ts';
import { completionScript, shells } from '../completion.ts';
import { exitCodes } from '../exit.ts';
import { usage } from '../input.ts';

export const handle: Handler = async function completion(input, { print, commands, commonFlags }) {
  const name = input.arg(0) ?? '';
  const shell = shells.find((known) => known === name);
  if (shell === undefined)
    throw usage(`there is no completion for "${name}"; known are ${shells.join(', ')}`);
  const script = completionScript(shell, commands, commonFlags);
  if (print.json) print.value({ shell, script });
  else print.raw(script);
  return exitCodes.ok;
};
