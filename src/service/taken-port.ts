/** Decides what is said where a port cannot be listened on: who holds it, as far as the system tells. */
import { AppError, messageOf } from '../core/errors.ts';
import { listen } from '../server/listener.ts';
import type { Listener, ListenOptions } from '../server/listener.ts';
import { portHolder } from './port-holder.ts';

/** Listens. Rejects as `listen` does, with the name of the program that holds the port. */
export async function listenOrNameHolder(options: ListenOptions): Promise<Listener> {
  try {
    return await listen(options);
  } catch (error) {
    const holder = isTaken(error) ? await portHolder(options.port) : undefined;
    if (holder === undefined) throw error;
    throw new AppError('unavailable', `${messageOf(error)}: ${holder} holds it`, { cause: error });
  }
}

function isTaken(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}
