/** `untether run`: starts the service and stays. */
import { existsSync } from 'node:fs';
import { messageOf } from '../../core/errors.ts';
import { startAgain } from '../again.ts';
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { holdSignals } from '../held-signals.ts';
import { writeExample } from '../init.ts';
import { programVersion } from '../package-root.ts';
import { serve } from '../serve.ts';
import { announce } from '../start-lines.ts';

const LINGER_MS = 2_000;

/** A forced stop is over after this long, whatever still hangs. */
const FORCED_MS = 3_000;

export const handle: Handler = async function run(_input, context) {
  const { places, print, env, clock } = context;
  const signals = context.signals ?? holdSignals(process);
  const { file, isNamed } = places.config();
  if (!isNamed && !existsSync(file)) {
    await writeExample(file);
    print.remark(`there was no configuration: wrote the example to ${file}`);
  }
  // Loaded last: it is by far the largest part of the program.
  const { startService } = await import('../../service/service.ts');
  const version = programVersion();
  const stopped = await serve(
    () =>
      startService({
        configFile: file,
        stateDir: places.stateDir(),
        env,
        terminal: process.stdout,
        version,
        clock,
      }),
    {
      signals,
      announce: (service) => announce(service, context),
      complain: (error) => {
        print.remark(`error: ${messageOf(error)}`);
      },
      leave: () => process.exit(exitCodes.failed),
      // What has ended by then must not be held open by this.
      leaveSoon: () => void setTimeout(() => process.exit(exitCodes.failed), FORCED_MS).unref(),
    },
  );
  if (stopped.startAgain) return startAgain(stopped.kept);
  // Everything is released: what still holds the process must not keep a supervisor waiting, and is a defect to be told.
  setTimeout(() => {
    print.remark(`the process was held open by ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit();
  }, LINGER_MS).unref();
  return exitCodes.ok;
};
