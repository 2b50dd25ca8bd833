/** Decides what the `agent_run` action does: a coding agent on a prompt, in the project's folder. */
import type { AgentAction } from '../../core/action.ts';
import type { EngineStart } from '../../engines/contract.ts';
import { startGeneric } from '../../engines/generic.ts';
import { builtinEngine, engineOf } from '../../engines/registry.ts';
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
      const env = await renderAll('env', spec.engine.env, values);
      if (!env.ok) return failed(`agent_run refused: ${env.reason}`);
      const handover = await handOver(context);
      const { payloadFile } = handover;
      const prompt = await buildPrompt({ spec, values, payload: context.run.payload, payloadFile });
      if (!prompt.ok) return failed(`agent_run refused: ${prompt.reason}`);
      const before = await context.sessionFor(context.run);
      if (before === undefined && spec.continues?.kind === 'run')
        return failed('agent_run refused: that run told no session, so there is nothing to go on with');
      const { workDir } = context;
      const start = startOf(spec, { prompt: prompt.text, resume: before?.id, workDir });
      if (!start.ok) return failed(`agent_run refused: ${start.reason}`);
      for (const [name, text] of Object.entries(start.files)) await writeWorkFile(context, name, text);
      const stdin = await stdinOf(start.stdin, context);
      // What limits the tools of an engine is no variable that its operator may have set for other runs.
      const chosen = choices(spec, before?.id);
      const variables = { ...env.texts, ...spec.hookEnv, ...chosen, ...start.env, ...handover.env };
      const program: Program = { argv: start.argv, cwd: spec.cwd, env: variables, stdin };
      const engine = engineOf(spec.engine.output);
      return engine === undefined
        ? runPlain(program, spec, { context, deps })
        : runStreamed({ program, engine, spec, before }, context, deps);
    },
  };
}

/** What differs between two attempts of one spec. */
interface Task {
  readonly prompt: string;
  readonly resume: string | undefined;
  readonly workDir: string;
}

function startOf(spec: AgentAction, { prompt, resume, workDir }: Task): EngineStart {
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
    workDir,
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
