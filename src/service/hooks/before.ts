/** Decides whether an attempt may begin, and with which variables and prompt: what its hooks say, one after another. */
import { handOver } from '../../actions/handover.ts';
import type { Handover } from '../../actions/handover.ts';
import { ended, failed } from '../../actions/outcome.ts';
import type { RunId } from '../../core/ids.ts';
import type { Hook } from '../../core/hook.ts';
import type { Log } from '../../core/log.ts';
import type { ClaimedRun, Outcome } from '../../core/run.ts';
import type { Mask } from '../../core/secret.ts';
import type { AttemptFiles, Execute } from '../../runs/attempt.ts';
import { answered } from './answer.ts';
import type { Said } from './answer.ts';
import { beforeFacts } from './facts.ts';
import type { HookFiles } from './files.ts';
import type { RunHook } from './program.ts';

/** What asking needs. */
export interface BeforeDeps {
  readonly files: Pick<HookFiles, 'forRuns'>;
  readonly runHook: RunHook;
  /** Told with which hooks a run begins: they are those of its end, whatever is saved meanwhile. */
  readonly begins: (run: RunId, hooks: readonly Hook[]) => void;
  /** The text without what is secret. */
  readonly mask: Mask;
  readonly log: Log;
}

/** The way to the actions, with the hooks before it. */
export function withHooks(execute: Execute, deps: BeforeDeps): Execute {
  return async function askAndExecute(run, files) {
    const inForce = deps.files.forRuns(run.spec.project);
    if (inForce.kind === 'unknown') return failed(`hook failed: ${inForce.reason}`);
    deps.begins(run.id, inForce.hooks);
    const asked = inForce.hooks.filter(({ event }) => event === 'before_run');
    if (asked.length === 0) return execute(run, files);
    const verdict = await askAll(asked, { run, files }, deps);
    return 'outcome' in verdict ? maskedBy(deps.mask, verdict.outcome) : execute(verdict.run, files);
  };
}

/** The attempt that is about to begin. */
interface Beginning {
  readonly run: ClaimedRun;
  readonly files: AttemptFiles;
}

type Verdict = { readonly run: ClaimedRun } | { readonly outcome: Outcome };

/** Each hook sees what those before it have made of the run; the first that objects ends it. */
async function askAll(hooks: readonly Hook[], { run, files }: Beginning, deps: BeforeDeps): Promise<Verdict> {
  const { workDir, traceparent } = files;
  const handover = await handOver({ run, workDir, traceparent });
  let current = run;
  for (const hook of hooks) {
    const said = await ask(hook, { run: current, files, handover }, deps);
    if (said.kind === 'stopped') return { outcome: ended() };
    if (said.kind === 'denied') return { outcome: denied(`hook ${hook.name} denied: ${said.reason}`) };
    if (said.kind === 'wrong' && hook.onError === 'deny')
      return { outcome: failed(`hook failed: ${hook.name}: ${said.reason}`) };
    if (said.kind === 'wrong') {
      deps.log.warn('hook failed, and the run goes on', {
        hook: hook.name,
        run: run.id,
        reason: said.reason,
      });
    } else current = { ...current, spec: { ...current.spec, action: said.action } };
  }
  return { run: current };
}

async function ask(
  hook: Hook,
  { run, files, handover }: Beginning & { readonly handover: Handover },
  { runHook, mask }: BeforeDeps,
): Promise<Said | { readonly kind: 'stopped' }> {
  const event = beforeFacts(run, handover.payloadFile, mask);
  const end = await runHook({
    ...{ hook, event, env: handover.env },
    within: files.workDir,
    signal: files.signal,
  });
  if (end.kind === 'answered') return answered(end.text, run.spec.action);
  return end.kind === 'failed' ? { kind: 'wrong', reason: end.reason } : end;
}

function maskedBy(mask: Mask, outcome: Outcome): Outcome {
  return { ...outcome, reason: outcome.reason === null ? null : mask(outcome.reason) };
}

function denied(reason: string): Outcome {
  return { kind: 'denied', exitCode: null, endedBy: null, reason };
}
