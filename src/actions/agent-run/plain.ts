/** Decides how an agent is run that prints nothing but text: its output is its answer. */
import { open } from 'node:fs/promises';
import type { AgentAction } from '../../core/action.ts';
import type { AgentReport } from '../../core/agent.ts';
import type { Outcome } from '../../core/run.ts';
import { noUsage } from '../../engines/consumed.ts';
import type { ActionContext } from '../context.ts';
import { runProgram } from '../program.ts';
import type { Program, ProgramDeps } from '../program.ts';

/** Of a longer output the end is the answer. */
const MOST_ANSWER_BYTES = 200_000;

/** Runs it to its end; what it wrote is in the run's output as it came. */
export async function runPlain(
  program: Program,
  spec: AgentAction,
  { context, deps }: { readonly context: ActionContext; readonly deps: ProgramDeps },
): Promise<Outcome> {
  const outcome = await runProgram(program, context, deps);
  const answer = (await endOf(context.output.stdout)).trim();
  const agent: AgentReport = {
    engine: spec.engine.name,
    model: spec.model ?? null,
    session: null,
    answer: answer === '' ? null : answer,
    usage: noUsage,
  };
  return { ...outcome, agent };
}

/** A program that never started has written no file. */
async function endOf(file: string): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    const length = Math.min(size, MOST_ANSWER_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
