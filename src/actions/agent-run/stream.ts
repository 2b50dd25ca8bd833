/** Decides how an agent whose stream is known is run: heard while it works, and ended when it has answered or costs too much. */
import type { AgentAction } from '../../core/action.ts';
import type { Outcome } from '../../core/run.ts';
import { reportOf } from '../../engines/account.ts';
import type { Account } from '../../engines/account.ts';
import { noUsage } from '../../core/agent.ts';
import type { AgentReport, AgentUsage } from '../../core/agent.ts';
import { tokensOf } from '../../engines/consumed.ts';
import type { Engine } from '../../engines/contract.ts';
import type { ActionContext, EarlierSession } from '../context.ts';
import { writeWorkFile } from '../handover.ts';
import { failed } from '../outcome.ts';
import { runProgram } from '../program.ts';
import type { Program, ProgramDeps } from '../program.ts';
import { Hearing } from './hearing.ts';
import { Linger } from './linger.ts';
import { tail } from './tail.ts';
import { verdict } from './verdict.ts';

/** Its file would fill the disk; the longest stream of a real agent seen is a hundredth of this. */
export const MAX_STREAM_BYTES = 256 * 1024 * 1024;

/** Why an agent is ended from here. */
type Cut = 'answered' | 'budget' | 'flood';

/** What is run, and how it is read. */
export interface StreamedAgent {
  readonly program: Program;
  /** Whose stream it prints. */
  readonly engine: Pick<Engine, 'reader' | 'usageOf'>;
  readonly spec: AgentAction;
  /** The session that it goes on with; undefined: it begins one. */
  readonly before: EarlierSession | undefined;
}

/**
 * Runs the agent to its end. Its stream goes to a file of the attempt, from which it is read; what it says and does goes
 * to the run's output. The outcome follows its answer even when the program lingers.
 */
export async function runStreamed(
  { program, engine, spec, before }: StreamedAgent,
  context: ActionContext,
  deps: ProgramDeps,
): Promise<Outcome> {
  const stream = await writeWorkFile(context, 'stream', '');
  const hearing = new Hearing(engine.reader(), context.mask);
  const cutter = new AbortController();
  const cut = (why: Cut): void => {
    cutter.abort(why);
  };
  const report = (): AgentReport => {
    const { account } = hearing;
    return reportOf(account, spec.engine.name, engine.usageOf === 'run' ? noUsage : usedIn(before, account));
  };
  using linger = new Linger(deps.clock, () => {
    cut('answered');
  });
  let read = 0;
  let isKnown = false;
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
      read += bytes.length;
      if (read > MAX_STREAM_BYTES) cut('flood');
    },
    onLook: async () => {
      await append(hearing.takeOutput(), context);
      tellProgress(hearing.account, context);
      if (!isKnown && hearing.account.session !== null) {
        isKnown = true;
        context.heard(report());
      }
      if (isOverBudget(report(), spec)) cut('budget');
      linger.hear(hearing.account);
    },
  });
  const [ended] = await Promise.all([running, heard]);
  await append(hearing.end(), context);
  const agent = report();
  if (context.signal.aborted) return verdict(ended, hearing.account, agent);
  switch (cutter.signal.reason as Cut | undefined) {
    case 'budget':
      return overBudget(ended, agent, spec);
    case 'flood':
      return { ...failed(`its stream is longer than ${MAX_STREAM_BYTES} bytes`), agent };
    case 'answered':
    case undefined:
      return verdict(ended, hearing.account, agent);
  }
}

/** What was consumed before in the session that it is in: nothing in one that it began all the same. */
function usedIn(before: EarlierSession | undefined, { session }: Account): AgentUsage {
  return before === undefined || (session !== null && session !== before.id) ? noUsage : before.usage;
}

async function append(text: string, context: ActionContext): Promise<void> {
  if (text !== '') await context.append(text);
}

function tellProgress({ steps, line, model }: Account, { progress }: ActionContext): void {
  progress({ steps, last: line ?? '', model });
}

function isOverBudget({ usage }: AgentReport, { budget }: AgentAction): boolean {
  const most = budget?.tokensPerRun;
  return most !== undefined && tokensOf(usage) > most;
}

function overBudget({ exitCode }: Outcome, agent: AgentReport, { budget }: AgentAction): Outcome {
  return {
    kind: 'failed',
    exitCode,
    endedBy: 'budget',
    reason: `budget: ${tokensOf(agent.usage)} tokens, and ${budget?.tokensPerRun ?? 0} are allowed`,
    agent,
  };
}
