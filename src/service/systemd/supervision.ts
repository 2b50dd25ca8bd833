/** Decides whether systemd is told of this service, and in which words. */
import type { Control } from '../../core/control.ts';
import { counted } from '../../chat/words.ts';
import type { Resources } from '../resources.ts';
import { attend, watchdogOf } from './attend.ts';
import type { Attendant } from './attend.ts';
import { createNotify } from './notify.ts';

/** What is looked at; asked for once the service has it. */
export interface Watched {
  readonly control: Pick<Control, 'status' | 'next'>;
  readonly isReady: () => boolean;
}

/** The attendant under systemd; elsewhere one that does nothing. */
export async function attendantFor(
  { options: { env }, clock, log }: Pick<Resources, 'options' | 'clock' | 'log'>,
  watched: () => Watched,
): Promise<Attendant> {
  const notify = await createNotify(env, log);
  if (notify === undefined) return nobody;
  return attend({
    ...{ notify, clock },
    isReady: () => watched().isReady(),
    describe: () => inALine(watched().control),
    watchdogMs: watchdogOf(env, process.pid),
  });
}

const nobody: Attendant = {
  serve: () => {},
  reload: (work) => work(),
  stop: () => {},
  [Symbol.dispose]: () => {},
};

/** `2 runs under way, 1 waiting; next cron:nightly at 2026-11-23T02:00:00+01:00`. */
async function inALine(control: Watched['control']): Promise<string> {
  const { queue, paused } = await control.status();
  const [next] = control.next({ count: 1 });
  const coming = next === undefined ? 'nothing to come' : `next ${next.trigger} at ${next.local}`;
  const runs = `${counted(queue.running, 'run')} under way, ${queue.queued} waiting`;
  return `${paused ? 'paused; ' : ''}${runs}; ${coming}`;
}
