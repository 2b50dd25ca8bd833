/** Decides which coding agents need no configuration. */
import type { EngineSpec } from '../core/action.ts';
import { builtinEngineNames } from '../core/agent.ts';

/** The agents that `engine` may name without an `[engines.NAME]`: their programs are called like them. */
export const builtinEngines: readonly EngineSpec[] = builtinEngineNames.map((name) => ({
  name,
  builtin: name,
  command: [name],
  output: `jsonl:${name}`,
  env: {},
}));
