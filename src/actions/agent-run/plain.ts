/** Decides how an agent is run that prints nothing but text: its output is its answer. */
import { open } from 'node:fs/promises';
import type { AgentAction } from '../../core/action.ts';
import { noUsage } from '../../core/agent.ts';
import type { AgentReport } from '../../core/agent.ts';
import type { Outcome } from '../../core/run.ts';
import { lastLine } from '../../engines/account.ts';
import type { ActionContext } from '../context.ts';
import { runProgram } from '../program.ts';
import type { Program, ProgramDeps } from '../program.ts';
import { tail } from './tail.ts';

/** Of a longer output the end is the answer. */
const MOST_ANSWER_BYTES = 200_000;

/** What its last line is looked for in, in characters. */
const LINE_LOOKED_AT = 4_000;

/** Runs it to its end; what it writes is in the run's output as it comes, and its last line is how far it is. */
export async function runPlain(
  program: Program,
  spec: AgentAction,
  { context, deps }: { readonly context: ActionContext; readonly deps: ProgramDeps },
): Promise<Outcome> {
  const over = new AbortController();
  const running = runProgram(program, context, deps).finally(() => {
    over.abort();
  });
  const decoder = new TextDecoder();
  let end = '';
  const heard = tail({
    file: context.output.stdout,
    isOver: over.signal,
    clock: deps.clock,
    onBytes: (bytes) => {
      end = (end + decoder.decode(bytes, { stream: true })).slice(-LINE_LOOKED_AT);
    },
    onLook: async () => {
      context.progress({ steps: 0, last: lastLine(context.mask(end)) ?? '', model: spec.model ?? null });
    },
  });
  const [outcome] = await Promise.all([running, heard]);
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
