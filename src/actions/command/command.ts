/** Decides what the `command` action does: an argv of the operator's, with the payload in files, variables and stdin. */
import type { CommandAction } from '../../core/action.ts';
import type { Action } from '../action.ts';
import { handOver } from '../handover.ts';
import { refused } from '../outcome.ts';
import { runProgram } from '../program.ts';
import type { Program, ProgramDeps } from '../program.ts';
import { renderAll } from '../render.ts';
import { commandArgv } from './argv.ts';

/** Starts commands. */
export function commandAction(deps: ProgramDeps): Action<CommandAction> {
  return {
    async execute(spec, context, values) {
      const argv = await commandArgv(spec, values);
      if (!argv.ok) return refused(argv.reason);
      const env = await renderAll('env', spec.env, values);
      if (!env.ok) return refused(`command refused: ${env.reason}`);
      const handover = await handOver(context);
      const { payloadFile } = handover;
      const readsPayload = spec.stdin === 'payload' && payloadFile !== undefined;
      const program: Program = {
        argv: argv.argv,
        cwd: spec.cwd,
        // The contract with scripts wins over what an operator named alike.
        env: { ...env.texts, ...spec.hookEnv, ...handover.env },
        stdin: readsPayload ? { kind: 'file', path: payloadFile } : { kind: 'none' },
      };
      return runProgram(program, context, deps);
    },
  };
}
