/** Decides how a run of an agent ended: by what the agent says of itself, and by how its program left. */
import type { AgentReport } from '../../core/agent.ts';
import type { Outcome } from '../../core/run.ts';
import { answerOf, failureOf, isAnswered } from '../../engines/account.ts';
import type { Account } from '../../engines/account.ts';

/** The program's own end, with what the agent said before it. */
export function verdict(program: Outcome, account: Account, agent: AgentReport): Outcome {
  const outcome = { ...program, agent };
  if (isAnswered(account)) return answered(outcome);
  const failure = failureOf(account);
  if (program.kind === 'interrupted') return outcome;
  if (program.kind === 'failed')
    return {
      ...outcome,
      reason: [program.reason, failure ?? account.error].filter((one) => one !== null).join(': '),
    };
  if (failure !== null) return { ...outcome, kind: 'failed', reason: failure };
  // Some engines tell of an error, leave with 0, and say nothing else.
  if (answerOf(account) === null && account.error !== null)
    return { ...outcome, kind: 'failed', reason: account.error };
  return outcome;
}

/** An answer that is there is not taken back by what its program does afterwards. */
function answered(outcome: Outcome): Outcome {
  const { exitCode, kind } = outcome;
  const reason = kind === 'failed' && exitCode !== null ? `exit ${exitCode} after its answer` : null;
  return { ...outcome, kind: 'succeeded', endedBy: null, reason };
}
