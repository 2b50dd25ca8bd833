/** Decides what the `agent_run` action does: a coding agent on a prompt, in the project's folder. */
import type { AgentAction } from '../../core/action.ts';
import type { EngineStart, ReadLine } from '../../engines/contract.ts';
import { startGeneric } from '../../engines/generic.ts';
import { builtinEngine, readerFor } from '../../engines/registry.ts';
import type { Action } from '../action.ts';
import type { ActionContext } from '../context.ts';
import { handOver, writeWorkFile } from '../handover.ts';
import { failed } from '../outcome.ts';
import type { Program, ProgramDeps } from '../program.ts';
import { renderAll } from '../render.ts';
import { runPlain } from './plain.ts';
import { buildPrompt } from './prompt.ts';
import { runStreamed } from './stream.ts';

/** Starts agents. */
export function agentAction(deps: ProgramDeps): Action<AgentAction> {
  return {
    async execute(spec, context, values) {
      const env = renderAll('env', spec.engine.env, values);
      if (!env.ok) return failed(`agent_run refused: ${env.reason}`);
      const handover = await handOver(context);
      const { payloadFile } = handover;
      const prompt = buildPrompt({ spec, values, payload: context.run.payload, payloadFile });
      if (!prompt.ok) return failed(`agent_run refused: ${prompt.reason}`);
      const resume = await context.sessionFor(context.run);
      if (resume === undefined && spec.continues?.kind === 'run')
        return failed('agent_run refused: that run told no session, so there is nothing to go on with');
      const start = startOf(spec, prompt.text, resume);
      if (!start.ok) return failed(`agent_run refused: ${start.reason}`);
      const stdin = await stdinOf(start.stdin, context);
      // What limits the tools of an engine is no variable that its operator may have set for other runs.
      const variables = { ...env.texts, ...choices(spec, resume), ...start.env, ...handover.env };
      const program: Program = { argv: start.argv, cwd: spec.cwd, env: variables, stdin };
      const read: ReadLine | undefined = readerFor(spec.engine.output);
      return read === undefined
        ? runPlain(program, spec, { context, deps })
        : runStreamed({ program, read, spec }, context, deps);
    },
  };
}

function startOf(spec: AgentAction, prompt: string, resume: string | undefined): EngineStart {
  const { engine, model, reasoning, permissionMode, tools = { kind: 'all' } } = spec;
  const [program = engine.name, ...extra] = engine.command;
  if (engine.builtin === undefined) return startGeneric(engine, prompt);
  return builtinEngine(engine.builtin).start({
    command: [program, ...extra],
    prompt,
    ...(resume !== undefined && { resume }),
    ...(model !== undefined && { model }),
    ...(reasoning !== undefined && { reasoning }),
    ...(permissionMode !== undefined && { permissionMode }),
    tools,
  });
}

async function stdinOf(stdin: string | undefined, context: ActionContext): Promise<Program['stdin']> {
  if (stdin === undefined) return { kind: 'none' };
  return { kind: 'file', path: await writeWorkFile(context, 'prompt', stdin) };
}

/** What the trigger chose for its agent, for a command that has no flag of its own for it. */
function choices(
  { model, reasoning, permissionMode, tools }: AgentAction,
  resume: string | undefined,
): Readonly<Record<string, string>> {
  return {
    ...(model === undefined ? {} : { UNTETHER_MODEL: model }),
    ...(reasoning === undefined ? {} : { UNTETHER_REASONING: reasoning }),
    ...(permissionMode === undefined ? {} : { UNTETHER_PERMISSION_MODE: permissionMode }),
    ...(resume === undefined ? {} : { UNTETHER_SESSION: resume }),
    ...(tools === undefined
      ? {}
      : { UNTETHER_TOOLS: tools.kind === 'list' ? tools.names.join(',') : tools.kind }),
  };
}
