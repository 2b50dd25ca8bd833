/** Decides how a run that was taken in is told. */
import type { Taken } from '../core/views.ts';
import type { CommandContext } from './command-spec.ts';
import { exitCodes } from './exit.ts';
import type { ExitCode } from './exit.ts';
import { takenJson } from './json.ts';
import { localTime, relativeTime } from './print.ts';

/** Prints the run's id and when it is due, as the service answered. */
export function printTaken(taken: Taken, { print, clock }: CommandContext): ExitCode {
  if (print.json) print.value(takenJson(taken));
  else
    print.line(
      'run',
      { text: taken.run, style: 'bold' },
      `due ${localTime(taken.dueAt)}`,
      `(${relativeTime(taken.dueAt, clock.now())})`,
    );
  if (taken.note !== undefined && !print.json) print.remark(taken.note);
  return exitCodes.ok;
}
