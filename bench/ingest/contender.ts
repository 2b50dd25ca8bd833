/** Decides what takes part in the comparison: servers in processes of their own, and the whole service. */
import type { ChildProcess } from 'node:child_process';
import type { FloodReport, FloodRequest } from '../load/flood-process.ts';
import { SERVER_CORE, ask, forkBeside, nextMessage } from '../processes.ts';
import type { ProbeAnswer, ProbeQuestion } from '../probe.ts';
import type { MeasuredService } from '../service/service.ts';
import { AppError } from '../../src/core/errors.ts';
import type { ServerName } from './servers.ts';

/** Something that listens, and can be asked for the CPU time it used. */
export interface Contender extends AsyncDisposable {
  readonly what: string;
  readonly port: number;
  probe(): Promise<ProbeAnswer>;
}

/** Starts one of the compared servers. */
export async function startServer(what: ServerName, folder: string): Promise<Contender> {
  const child = forkBeside(import.meta.url, './server-process.ts', {
    args: [what, folder],
    core: SERVER_CORE,
  });
  const { port } = await nextMessage<{ readonly port: number }>(child);
  return {
    what,
    port,
    probe: () => ask<ProbeAnswer>(child, { kind: 'cpu' } satisfies ProbeQuestion),
    [Symbol.asyncDispose]: async () => {
      child.kill();
    },
  };
}

/** The service that was started, as one of them; who started it ends it. */
export function contenderOf(what: string, service: MeasuredService): Contender {
  return {
    what,
    port: service.port,
    probe: () => service.ask({ kind: 'cpu' }),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** What one round of load came to. */
export interface Round {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

/** Loads a contender for so long. Rejects when it answers anything but 2xx. */
export async function flood(contender: Contender, load: ChildProcess, seconds: number): Promise<Round> {
  const before = await contender.probe();
  const request: FloodRequest = { port: contender.port, seconds };
  const { accepted, others } = await ask<FloodReport>(load, request);
  if (others > 0)
    throw new AppError('internal', `${contender.what} answered ${others} requests with something else`);
  const after = await contender.probe();
  return { perCpuSecond: (accepted * 1_000) / (after.cpuMs - before.cpuMs), perSecond: accepted / seconds };
}
