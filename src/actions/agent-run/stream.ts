/** Decides how an agent whose stream is known is run: heard while it works, and ended when it has answered or costs too much. */
import type { AgentAction } from '../../core/action.ts';
import { pause } from '../../core/clock.ts';
import type { Outcome } from '../../core/run.ts';
import { isAnswered, reportOf } from '../../engines/account.ts';
import type { Account } from '../../engines/account.ts';
import type { ReadLine } from '../../engines/contract.ts';
import type { ActionContext } from '../context.ts';
import { writeWorkFile } from '../handover.ts';
import { runProgram } from '../program.ts';
import type { Program, ProgramDeps } from '../program.ts';
import { Hearing } from './hearing.ts';
import { tail } from './tail.ts';
import { verdict } from './verdict.ts';

/** A program that has answered gets this long to leave by itself. */
const LINGER_MS = 1_000;

/** Why an agent is ended from here. */
type Cut = 'answered' | 'budget';

/** What is run, and how it is read. */
export interface StreamedAgent {
  readonly program: Program;
  readonly read: ReadLine;
  readonly spec: AgentAction;
}

/**
 * Runs the agent to its end. Its stream goes to a file of the attempt, from which it is read; what it says and does goes
 * to the run's output. The outcome follows its answer even when the program lingers.
 */
export async function runStreamed(
  { program, read, spec }: StreamedAgent,
  context: ActionContext,
  deps: ProgramDeps,
): Promise<Outcome> {
  const stream = await writeWorkFile(context, 'stream', '');
  const hearing = new Hearing(read);
  const cutter = new AbortController();
  const cut = (why: Cut): void => {
    cutter.abort(why);
  };
  const over = new AbortController();
  const running = runProgram(
    program,
    {
      ...context,
      output: { stdout: stream, stderr: context.output.stderr },
      signal: AbortSignal.any([context.signal, cutter.signal]),
    },
    deps,
  ).finally(() => {
    over.abort();
  });
  const heard = tail({
    file: stream,
    isOver: over.signal,
    clock: deps.clock,
    onBytes: (bytes) => {
      hearing.push(bytes);
    },
    onLook: async () => {
      await append(hearing.takeOutput(), context);
      tellProgress(hearing.account, context);
      if (isOverBudget(hearing.account, spec)) cut('budget');
      else if (isAnswered(hearing.account))
        void pause(deps.clock, LINGER_MS, over.signal).then(() => {
          cut('answered');
        });
    },
  });
  const [ended] = await Promise.all([running, heard]);
  await append(hearing.end(), context);
  const { account } = hearing;
  if (cutter.signal.reason === 'budget' && !context.signal.aborted) return overBudget(ended, account, spec);
  return verdict(ended, account, reportOf(account, spec.engine.name));
}

async function append(text: string, context: ActionContext): Promise<void> {
  if (text !== '') await context.append(text);
}

function tellProgress({ steps, line, model }: Account, { progress }: ActionContext): void {
  progress({ steps, last: line ?? '', model });
}

function isOverBudget({ usage }: Account, { budget }: AgentAction): boolean {
  const most = budget?.tokensPerRun;
  return most !== undefined && usage.inputTokens + usage.outputTokens > most;
}

function overBudget({ exitCode }: Outcome, account: Account, { budget, engine }: AgentAction): Outcome {
  const tokens = account.usage.inputTokens + account.usage.outputTokens;
  return {
    kind: 'failed',
    exitCode,
    endedBy: 'budget',
    reason: `budget: ${tokens} tokens, and ${budget?.tokensPerRun ?? 0} are allowed`,
    agent: reportOf(account, engine.name),
  };
}
