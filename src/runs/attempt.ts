/** Decides how one attempt is carried out: its files, its time limits, and the single outcome it ends with. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cancel, Clock } from '../core/clock.ts';
import { formatDuration } from '../core/duration.ts';
import { messageOf } from '../core/errors.ts';
import type { RunPolicy } from '../core/action.ts';
import type { ClaimedRun, EndedBy, Outcome } from '../core/run.ts';
import { appendLine, outputFile, prepareOutput } from './output.ts';
import type { Trimmer } from './trimmer.ts';

/** What an attempt lends to its action. */
export interface AttemptFiles {
  /** Absolute paths, appended to; equal paths: one combined file. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Adds a line of the action's own to the output. */
  readonly append: (text: string) => Promise<void>;
  /** Absolute path of a folder of this attempt's own: the action makes it when it needs it, and it is removed afterwards. */
  readonly workDir: string;
  /** Aborted when the attempt has to end; its reason is an `EndedBy`. */
  readonly signal: AbortSignal;
  /** Which span it is, see `traceparent`; absent while there are no spans. */
  readonly traceparent?: string | undefined;
}

/**
 * Executes what the run's spec says; never rejects on purpose. Told to end, it answers with a success if it succeeded all
 * the same, else with its exit code and, as the reason, at most a note: why it was ended is named here.
 */
export type Execute = (run: ClaimedRun, files: AttemptFiles) => Promise<Outcome>;

/** What attempts are carried out with; both roots are absolute folders. */
export interface AttemptDeps {
  readonly execute: Execute;
  readonly clock: Clock;
  readonly trimmer: Trimmer;
  readonly outputRoot: string;
  readonly workRoot: string;
}

/** An attempt under way. */
export interface LiveAttempt {
  readonly run: ClaimedRun;
  readonly outcome: Promise<Outcome>;
  /** Asks it to end; the first to ask is named as who ended it. */
  end(by: EndedBy): void;
}

/** Starts the attempt; its outcome never rejects, a fault of the action becomes a failure with its message. */
export function startAttempt(run: ClaimedRun, deps: AttemptDeps): LiveAttempt {
  const ender = new AbortController();
  const end = (by: EndedBy): void => {
    if (!ender.signal.aborted) ender.abort(by);
  };
  return { run, end, outcome: carryOut(run, deps, { signal: ender.signal, end }) };
}

interface Ender {
  readonly signal: AbortSignal;
  readonly end: (by: EndedBy) => void;
}

async function carryOut(run: ClaimedRun, deps: AttemptDeps, ender: Ender): Promise<Outcome> {
  const file = outputFile(deps.outputRoot, run.id, run.attempt);
  const workDir = join(deps.workRoot, `${run.id}.${run.attempt}`);
  const cancelTimer = limitTime(run, deps.clock, ender.end);
  try {
    await prepareOutput(deps.outputRoot, run.id);
    deps.trimmer.watch(file, run.spec.policy.maxOutputBytes);
    const files = { output: { stdout: file, stderr: file }, workDir, signal: ender.signal };
    const outcome = await deps.execute(run, { ...files, append: (text) => appendLine(file, text) });
    return named(outcome, ender.signal, run);
  } catch (error) {
    return { kind: 'failed', exitCode: null, endedBy: null, reason: messageOf(error) };
  } finally {
    cancelTimer();
    await deps.trimmer.finish(file);
    await rm(workDir, { recursive: true, force: true });
  }
}

/** An attempt that was told to end says so, with the action's note; one that succeeded all the same did succeed. */
function named(outcome: Outcome, signal: AbortSignal, run: ClaimedRun): Outcome {
  if (!signal.aborted || outcome.kind === 'succeeded') return outcome;
  const endedBy = signal.reason as EndedBy;
  const { kind, words } = endings(run.spec.policy)[endedBy];
  const reason = outcome.reason === null ? words : `${words}; ${outcome.reason}`;
  return { ...outcome, kind, endedBy, reason };
}

interface Ending {
  readonly kind: Outcome['kind'];
  readonly words: string;
}

function endings(policy: RunPolicy): Readonly<Record<EndedBy, Ending>> {
  return {
    timeout: { kind: 'failed', words: `timeout after ${formatDuration(policy.timeoutMs)}` },
    deadline: { kind: 'failed', words: `deadline of ${formatDuration(policy.deadlineMs ?? 0)} reached` },
    cancel: { kind: 'cancelled', words: 'cancelled' },
    replace: { kind: 'cancelled', words: 'replaced by a later run' },
    budget: { kind: 'failed', words: 'budget used up' },
    drain: { kind: 'interrupted', words: 'interrupted by a stop of the service' },
    crash: { kind: 'interrupted', words: 'the service died while it ran' },
  };
}

/** The nearer of the attempt's timeout and the run's deadline, by running time: a suspended machine extends both. */
function limitTime(run: ClaimedRun, clock: Clock, end: (by: EndedBy) => void): Cancel {
  const { timeoutMs, deadlineMs } = run.spec.policy;
  const leftMs = deadlineMs === undefined ? Infinity : run.firstStartedAt + deadlineMs - clock.now();
  const by: EndedBy = leftMs < timeoutMs ? 'deadline' : 'timeout';
  return clock.after(Math.max(0, Math.min(timeoutMs, leftMs)), () => {
    end(by);
  });
}
