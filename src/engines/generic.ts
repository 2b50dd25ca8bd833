/** Decides how an agent is started that is configured by its command alone: where in it the prompt goes. */
import type { EngineSpec } from '../core/action.ts';
import { cutToArgument, notAFlag } from './argument.ts';
import type { EngineStart } from './contract.ts';

/** What stands for the prompt in an element of the command. */
export const PROMPT_PLACE = '{prompt}';

/**
 * Puts the prompt in the place of `{prompt}`, or on stdin where the command has none. As an element of its own it
 * never begins with `-`, and a prompt too long for an argument is cut, which its last line says. NUL, which no argument
 * can hold, becomes U+FFFD. What the agent may use is up to its command: nothing is known that would limit it.
 */
export function startGeneric(engine: Pick<EngineSpec, 'command'>, prompt: string): EngineStart {
  if (!engine.command.some((element) => element.includes(PROMPT_PLACE)))
    return { ok: true, argv: engine.command, stdin: prompt, env: {}, files: {} };
  const argument = cutToArgument(prompt);
  const argv = engine.command.map((element) => fill(element, argument));
  return { ok: true, argv, stdin: undefined, env: {}, files: {} };
}

/** A function as the replacement, because `$&` in a prompt would mean something in a text. */
function fill(element: string, prompt: string): string {
  const filled = element.replaceAll(PROMPT_PLACE, () => prompt);
  return element.startsWith(PROMPT_PLACE) ? notAFlag(filled) : filled;
}
