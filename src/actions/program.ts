/** Decides how an action runs a program: started in its own group, ended with all of it, and told as an outcome. */
import type { Clock } from '../core/clock.ts';
import type { Outcome } from '../core/run.ts';
import type { Launched, Launcher, LaunchEnd, LaunchRequest } from '../launcher/client.ts';
import { endGroup } from '../launcher/group.ts';
import type { ActionContext } from './context.ts';
import { ended, failed, succeeded } from './outcome.ts';

/** What programs are started with. */
export interface ProgramDeps {
  readonly launcher: Launcher;
  readonly clock: Clock;
  /** What of the service's environment every child gets: an allow-listed part. */
  readonly childEnvironment: Readonly<Record<string, string>>;
}

/** One program; `env` comes on top of the allow-listed part. */
export type Program = Pick<LaunchRequest, 'argv' | 'cwd' | 'env' | 'stdin'>;

/** What a program writes into, and what ends it. */
export interface ProgramPlace extends Pick<ActionContext, 'signal' | 'output' | 'killGraceMs'> {
  /** For logs and messages only. */
  readonly run: { readonly id: string };
}

/**
 * Runs it to its end: exit code 0 succeeded, anything else failed with the reason. When the context's signal aborts, its
 * whole group gets SIGTERM, the grace and SIGKILL, and the outcome follows once the group is gone: exit code 0 means then
 * that it obeyed, not that it succeeded. A program that exits by itself is not waited for beyond its own end: what it
 * left in the background is its own business.
 */
export async function runProgram(
  program: Program,
  context: ProgramPlace,
  deps: ProgramDeps,
): Promise<Outcome> {
  const { run, signal, output } = context;
  if (signal.aborted) return ended();
  const launched = deps.launcher.launch({
    ...program,
    id: run.id,
    env: { ...deps.childEnvironment, ...program.env },
    stdout: output.stdout,
    stderr: output.stderr,
  });
  let livePid: number | undefined;
  void launched.pid.then((pid) => (livePid = pid));
  const fromOutside = Promise.withResolvers<Outcome>();
  const onAbort = (): void => {
    // Before it has a process id there is no group to look at, only somebody to tell: it then never starts.
    if (livePid === undefined) launched.signal('SIGTERM');
    fromOutside.resolve(endAll(launched, context, deps.clock));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const byItself = launched.end.then((end) => (signal.aborted ? fromOutside.promise : outcomeOf(end)));
  try {
    return await Promise.race([byItself, fromOutside.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function endAll(launched: Launched, context: ProgramPlace, clock: Clock): Promise<Outcome> {
  const pid = await launched.pid;
  const group = pid === undefined ? 'gone' : await endGroup({ pid, graceMs: context.killGraceMs, clock });
  // What SIGKILL does not end waits in the kernel, and would have the run wait with it.
  if (group === 'stuck') return ended(null, 'its processes would not end');
  const end = await launched.end;
  return ended(end.kind === 'exited' ? end.code : null);
}

function outcomeOf(end: LaunchEnd): Outcome {
  switch (end.kind) {
    case 'not-started':
      return failed(end.reason);
    case 'lost':
      return { kind: 'interrupted', exitCode: null, endedBy: 'crash', reason: end.reason };
    case 'exited':
      if (end.code === 0) return succeededWith(0);
      return {
        ...failed(end.code === null ? `killed by ${end.signal ?? 'a signal'}` : `exit ${end.code}`),
        exitCode: end.code,
      };
  }
}

function succeededWith(exitCode: number): Outcome {
  return { ...succeeded(), exitCode };
}
