/** Decides how an event is made of what an engine tells: names and messages short, nothing where nothing is said. */
import type { EngineEvent } from './contract.ts';
import { MAX_CARRIED, oneLine } from './line.ts';

type Of<Kind extends EngineEvent['kind']> = Extract<EngineEvent, { readonly kind: Kind }>;

/** The most that a tool's name holds. */
const MAX_NAME = 100;

/** A message of its own; nothing where it is empty. */
export function message(text: string | null): readonly EngineEvent[] {
  return text === null ? [] : [{ kind: 'text', text, isDelta: false }];
}

/** A tool in use; `detail` is one short line. */
export function toolUse(name: string | null, detail: string): Of<'tool'> {
  return { kind: 'tool', name: lineOf(name, MAX_NAME) ?? 'tool', detail };
}

/** A tool that has ended. */
export function toolEnd(name: string | null, isError: boolean): Of<'tool_result'> {
  return { kind: 'tool_result', name: lineOf(name, MAX_NAME), isError };
}

/** Something that went wrong, without an end to the turn. */
export function trouble(text: string | null): readonly EngineEvent[] {
  const message = lineOf(text, MAX_CARRIED);
  return message === null ? [] : [{ kind: 'error', message }];
}

/** The turn is over and its answer is the last message. */
export const done: Of<'result'> = { kind: 'result', isError: false, text: null, reason: null };

/** The turn is over and failed. */
export function failed(reason: string | null): Of<'result'> {
  return { kind: 'result', isError: true, text: null, reason: lineOf(reason, MAX_CARRIED) };
}

/** One short line; null where there is nothing in it. */
function lineOf(text: string | null, max: number): string | null {
  return oneLine(text ?? '', max) || null;
}
