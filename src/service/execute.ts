/** Decides what an attempt's action gets from the service: secrets, the environment, a session to go on with, and a voice. */
import type { EarlierSession } from '../actions/context.ts';
import type { Actions } from '../actions/registry.ts';
import type { Clock } from '../core/clock.ts';
import { messageOf } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ClaimedRun, Outcome } from '../core/run.ts';
import type { Mask } from '../core/secret.ts';
import type { UsageLedger } from '../core/usage-ledger.ts';
import { agentAttempt } from '../ledger/agent-attempt.ts';
import type { Execute } from '../runs/attempt.ts';
import type { LiveRun } from './chat/live.ts';
import type { SecretOf } from './run-secrets.ts';

/** What the service has for actions. */
export interface ExecuteDeps {
  readonly actions: Actions;
  readonly secrets: SecretOf;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly usage: UsageLedger;
  /** Begins to show a run in its chat. */
  readonly show: (run: ClaimedRun) => LiveRun;
  /** The text without what is secret. */
  readonly mask: Mask;
  readonly clock: Clock;
  readonly log: Log;
}

/** The dispatcher's way to the actions. Secrets are looked up when they are used: specs in the store hold only names. */
export function createExecute({
  actions,
  secrets,
  env,
  usage,
  show,
  mask,
  clock,
  log,
}: ExecuteDeps): Execute {
  return async (run, files) => {
    using live = show(run);
    const outcome = await actions.execute({
      ...files,
      run,
      killGraceMs: run.spec.policy.killGraceMs,
      secrets,
      environment: (name) => env[name],
      progress: (progress) => {
        live.progress(progress);
      },
      heard: (agent) => {
        const soFar = { run: run.id, attempt: run.attempt, endedAt: clock.now(), endedBy: null };
        usage
          .heard(agentAttempt(soFar, agent, { ...run, startedAt: soFar.endedAt }))
          .catch((error: unknown) => {
            log.warn('cannot keep the session of an agent before its end', {
              run: run.id,
              error: messageOf(error),
            });
          });
      },
      sessionFor: (asked) => sessionFor(asked, usage),
      mask,
      nowMs: () => clock.now(),
    });
    return masked(outcome, mask);
  };
}

/** What is kept of it and told of it, before anything of it is cut. */
function masked(outcome: Outcome, mask: Mask): Outcome {
  const { reason, agent, message } = outcome;
  return {
    ...outcome,
    reason: reason === null ? null : mask(reason),
    ...(agent !== undefined && {
      agent: { ...agent, answer: agent.answer === null ? null : mask(agent.answer) },
    }),
    ...(message !== undefined && { message: { ...message, text: mask(message.text) } }),
  };
}

async function sessionFor({ spec }: ClaimedRun, usage: UsageLedger): Promise<EarlierSession | undefined> {
  const { action, trigger: lane } = spec;
  if (action.kind !== 'agent_run' || action.continues === undefined) return undefined;
  const before =
    action.continues.kind === 'run'
      ? await usage.sessionOf(action.continues.run)
      : await usage.lastSession({ lane, engine: action.engine.name });
  if (before === undefined || before.session === null) return undefined;
  const { engine, session } = before;
  return { id: session, usage: await usage.sessionUsage({ engine, session }) };
}
