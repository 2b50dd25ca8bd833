/** Decides whether an engine can do what a trigger asks of it, before anything is due: by what it would answer then. */
import type { AgentAction } from '../core/action.ts';
import { builtinEngine } from '../engines/registry.ts';
import { fault, warning } from './problem.ts';
import type { Problem } from './problem.ts';

/** What an engine would refuse is a fault; that nothing limits a program of unknown ways, only a warning. */
export function checkEngine(action: AgentAction): readonly Problem[] {
  const { engine, tools = { kind: 'all' } } = action;
  const [program = engine.name, ...extra] = engine.command;
  if (engine.builtin === undefined) return tools.kind === 'all' ? [] : [unlimited(engine.name)];
  const { model, reasoning, permissionMode, continues } = action;
  const start = builtinEngine(engine.builtin).start({
    command: [program, ...extra],
    prompt: 'any',
    tools,
    workDir: '/',
    ...(model !== undefined && { model }),
    ...(reasoning !== undefined && { reasoning }),
    ...(permissionMode !== undefined && { permissionMode }),
    ...(continues !== undefined && { resume: 'any' }),
  });
  if (start.ok) return [];
  const remedy =
    tools.kind === 'read-only' ? '; choose another engine, or trust = "trusted" where it is' : '';
  return [fault(['engine'], `${start.reason}${remedy}`)];
}

function unlimited(engine: string): Problem {
  return warning(
    ['engine'],
    `nothing is known that would limit the tools of ${engine}: its command has to, by $UNTETHER_TOOLS`,
  );
}
