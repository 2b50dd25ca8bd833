/** Decides how commands of the program run inside the process of the test: on streams of their own, to their end. */
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { execute } from '../../src/cli/program.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Finished } from './child.ts';

/** Where a command finds itself. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a command; the service that it talks to is the real one, and hundreds of commands need no start of Node each. */
export async function runHere(args: readonly string[], { cwd, env }: Surroundings): Promise<Finished> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const said = Promise.all([text(stdout), text(stderr)]);
  const code = await execute(args, {
    stdout,
    stderr,
    stdin: Readable.from([]),
    env,
    cwd,
    clock: systemClock,
    signals: undefined,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { code, stdout: out, stderr: err };
}
