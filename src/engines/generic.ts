/** Decides how an agent is started that is configured by its command alone: where in it the prompt goes. */
import type { EngineSpec } from '../core/action.ts';

/** A command to start; `stdin` is what it reads there, undefined: nothing. */
export interface EngineStart {
  readonly argv: readonly string[];
  readonly stdin: string | undefined;
}

/** What stands for the prompt in an element of the command. */
export const PROMPT_PLACE = '{prompt}';

/** Linux refuses an argument of 128 KiB and more (execve(2), MAX_ARG_STRLEN); what is left is for the element's own text. */
export const MAX_ARGUMENT_BYTES = 120_000;

/**
 * Puts the prompt in the place of `{prompt}`, or on stdin where the command has none. As an element of its own it
 * never begins with `-`, and a prompt too long for an argument is cut, which its last line says. NUL, which no argument
 * can hold, becomes U+FFFD.
 */
export function startGeneric(engine: Pick<EngineSpec, 'command'>, prompt: string): EngineStart {
  if (!engine.command.some((element) => element.includes(PROMPT_PLACE)))
    return { argv: engine.command, stdin: prompt };
  const argument = cutToBytes(prompt.replaceAll('\0', '\uFFFD'), MAX_ARGUMENT_BYTES);
  return { argv: engine.command.map((element) => fill(element, argument)), stdin: undefined };
}

/** A function as the replacement, because `$&` in a prompt would mean something in a text. */
function fill(element: string, prompt: string): string {
  const filled = element.replaceAll(PROMPT_PLACE, () => prompt);
  const isPromptFirst = element.startsWith(PROMPT_PLACE);
  return isPromptFirst && filled.startsWith('-') ? ` ${filled}` : filled;
}

function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const mark = `\n[cut: ${bytes.length} bytes are too long for an argument]`;
  // `stream` leaves out a character that the cut went through.
  const start = new TextDecoder().decode(bytes.subarray(0, maxBytes - mark.length), { stream: true });
  return `${start}${mark}`;
}
