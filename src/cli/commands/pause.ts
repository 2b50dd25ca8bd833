/** `untether pause`: lets nothing fire, or one trigger not. */
import { userInfo } from 'node:os';
import type { Handler } from '../command-spec.ts';
import { exitCodes } from '../exit.ts';
import { usage } from '../input.ts';
import { printPauses } from '../pauses.ts';

export const handle: Handler = async function pause(input, context) {
  const trigger = input.arg(0);
  const forMs = input.number('for');
  const text = input.text('until');
  if (forMs !== undefined && text !== undefined)
    throw usage('--for is how long and --until is until when; name one of them');
  const until = text === undefined ? undefined : await context.control.readTime({ text, side: 'coming' });
  const pauses = await context.control.pause({
    by: `${userName()} (command line)`,
    ...(trigger === undefined ? {} : { trigger }),
    ...(forMs === undefined ? {} : { forMs }),
    ...(until === undefined ? {} : { until }),
  });
  printPauses(pauses, context);
  return exitCodes.ok;
};

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list, as in many containers.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
