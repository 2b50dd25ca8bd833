/** Decides which requests an engine refuses: choices it has no flag for, and words that would become flags. */
import type { EngineRequest } from './contract.ts';

/** What a trigger may choose about its agent. */
export type Choice = 'model' | 'reasoning' | 'permissionMode' | 'resume';

const names = {
  model: 'model',
  reasoning: 'reasoning',
  permissionMode: 'permission_mode',
  resume: 'session',
} as const satisfies Record<Choice, string>;

/** Why this cannot be asked of `engine`, which knows only the choices in `known`; undefined: it can. */
export function refusal(
  engine: string,
  request: EngineRequest,
  known: readonly Choice[],
): string | undefined {
  const choices = Object.entries(names) as readonly (readonly [Choice, string])[];
  for (const [choice, name] of choices) {
    const value = request[choice];
    if (value === undefined) continue;
    if (!known.includes(choice)) return `${engine} cannot be told a ${name}`;
    if (!isPlain(value))
      return `${name} ${JSON.stringify(value.slice(0, 50))} would not reach ${engine} as it is`;
  }
  const tools = request.tools.kind === 'list' ? request.tools.names : [];
  const odd = tools.find((tool) => !isPlain(tool));
  return odd === undefined ? undefined : `tools: ${JSON.stringify(odd.slice(0, 50))} is no name of a tool`;
}

/** A value that a program cannot take for a flag and that an argument can hold. */
function isPlain(value: string): boolean {
  return value !== '' && !value.startsWith('-') && !value.includes('\0');
}
