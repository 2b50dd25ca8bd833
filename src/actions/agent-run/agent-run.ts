/** Decides what the `agent_run` action does: a coding agent on a prompt, in the project's folder. */
import type { AgentAction } from '../../core/action.ts';
import { startGeneric } from '../../engines/generic.ts';
import type { EngineStart } from '../../engines/generic.ts';
import type { Action } from '../action.ts';
import type { ActionContext } from '../context.ts';
import { handOver, writeWorkFile } from '../handover.ts';
import { failed } from '../outcome.ts';
import { runProgram } from '../program.ts';
import type { Program, ProgramDeps } from '../program.ts';
import { renderAll } from '../render.ts';
import { buildPrompt } from './prompt.ts';

/** Starts agents by their command. */
export function agentAction(deps: ProgramDeps): Action<AgentAction> {
  return {
    async execute(spec, context, values) {
      const env = renderAll('env', spec.engine.env, values);
      if (!env.ok) return failed(`agent_run refused: ${env.reason}`);
      const handover = await handOver(context);
      const { payloadFile } = handover;
      const prompt = buildPrompt({ spec, values, payload: context.run.payload, payloadFile });
      if (!prompt.ok) return failed(`agent_run refused: ${prompt.reason}`);
      const start = startGeneric(spec.engine, prompt.text);
      const stdin = await stdinOf(start, context);
      const variables = { ...env.texts, ...choices(spec), ...handover.env };
      return runProgram({ argv: start.argv, cwd: spec.cwd, env: variables, stdin }, context, deps);
    },
  };
}

async function stdinOf({ stdin }: EngineStart, context: ActionContext): Promise<Program['stdin']> {
  if (stdin === undefined) return { kind: 'none' };
  return { kind: 'file', path: await writeWorkFile(context, 'prompt', stdin) };
}

/** What the trigger chose for its agent, for a command that has no flag of its own for it. */
function choices({ model, reasoning, permissionMode }: AgentAction): Readonly<Record<string, string>> {
  return {
    ...(model === undefined ? {} : { UNTETHER_MODEL: model }),
    ...(reasoning === undefined ? {} : { UNTETHER_REASONING: reasoning }),
    ...(permissionMode === undefined ? {} : { UNTETHER_PERMISSION_MODE: permissionMode }),
  };
}
