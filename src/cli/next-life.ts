/** Decides when a service that restarts is back: when another life of it answers on the socket. */
import { pause } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { ServiceStatus } from '../core/views.ts';
import type { CommandContext } from './command-spec.ts';

const EVERY_MS = 50;
/** Nobody has answered for so long: it has not come back. */
const AWAY_MS = 60_000;

/**
 * What the life after `before` says of itself, however long the runs of that one take to end. Rejects with `not_running`
 * when nobody has answered for a minute.
 */
export async function nextLife(
  before: Pick<ServiceStatus, 'startedAt'>,
  { control, clock }: Pick<CommandContext, 'control' | 'clock'>,
): Promise<ServiceStatus> {
  for (let heardAt = clock.monotonic(); clock.monotonic() - heardAt < AWAY_MS;) {
    const status = await control.status().catch(unlessAway);
    if (status !== undefined && status.startedAt !== before.startedAt) return status;
    if (status !== undefined) heardAt = clock.monotonic();
    await pause(clock, EVERY_MS);
  }
  throw new AppError(
    'not_running',
    'the service left and has not come back within a minute; its log says why',
  );
}

/** Undefined: nobody is there, or whoever was has just left. */
function unlessAway(error: unknown): undefined {
  if (error instanceof AppError && (error.code === 'not_running' || error.code === 'unavailable'))
    return undefined;
  throw error;
}
