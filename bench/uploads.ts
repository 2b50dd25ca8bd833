/** Decides how fast a large file is taken in, and what memory it costs: the service beside a bare server that pipes into a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { AppError } from '../src/core/errors.ts';
import { sleep } from './reload/saves.ts';
import { LOAD_CORE, SERVER_CORE, ask, forkBeside, nextMessage } from './processes.ts';
import { atLeast, atMost } from './row.ts';
import type { Row } from './row.ts';
import { MeasuredService } from './service/service.ts';
import { bearerOf, frameToml, uploadHookToml } from './service/toml.ts';
import { residentMb } from './service/usage.ts';
import { median } from './spread.ts';
import type { SendCommand, Sent } from './uploads/send-process.ts';

export const name =
  'uploads: a form with a file of 64 MiB, one after the other, server and sender on a core each';

const MIB = 1024 * 1024;
const BYTES = 64 * MIB;
const ROUNDS = 7;
const LOOK_EVERY_MS = 5;
const HOOK = 'uploads';
const BASELINE = 'bare node:http, piped into a file';

interface Contender {
  readonly what: string;
  readonly command: SendCommand;
}

/** Measures the memory of a service that has just started, then all in turns. */
export async function run(): Promise<readonly Row[]> {
  await using held = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'untether-bench-'));
  held.defer(() => rm(folder, { recursive: true, force: true }));
  const toml = frameToml(1) + uploadHookToml(HOOK, BYTES);
  const service = held.use(await MeasuredService.start({ toml, core: SERVER_CORE }));
  const bare = held.adopt(
    forkBeside(import.meta.url, './uploads/pipe-process.ts', bareOptions(folder)),
    kill,
  );
  const barePort = await nextMessage<number>(bare);
  const sender = held.adopt(
    forkBeside(import.meta.url, './uploads/send-process.ts', { core: LOAD_CORE }),
    kill,
  );
  const contenders: readonly Contender[] = [
    { what: BASELINE, command: commandTo(barePort, '/') },
    { what: 'the same, flushed to the disk', command: commandTo(barePort, '/flushed') },
    {
      what: 'the whole service: parsed, hashed, flushed, in its place',
      command: commandTo(service.port, `/${HOOK}`),
    },
  ];
  // First, while the service has met no upload yet.
  const grownMb = await growth(service.pid, () => send(sender, commandTo(service.port, `/${HOOK}`)));
  const rates = await inTurns(contenders, sender);
  return [
    ...rateRows(rates),
    {
      what: 'resident memory of the service, at most, beyond that before the first',
      value: grownMb,
      unit: 'MB',
      targets: [atMost(64)],
    },
  ];
}

function bareOptions(folder: string): Parameters<typeof forkBeside>[2] {
  return { core: SERVER_CORE, args: [folder] };
}

function kill(child: ChildProcess): void {
  child.kill();
}

function commandTo(port: number, path: string): SendCommand {
  return { port, path, bytes: BYTES, authorization: `Bearer ${bearerOf(HOOK)}` };
}

/** MB (10^6 bytes) a second, by contender and round. */
type Rates = ReadonlyMap<string, readonly number[]>;

async function inTurns(contenders: readonly Contender[], sender: ChildProcess): Promise<Rates> {
  const rates = new Map<string, number[]>(contenders.map(({ what }) => [what, []]));
  // The first of each warms up.
  for (const { command } of contenders) await send(sender, command);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { what, command } of contenders) {
      const { ms } = await send(sender, command);
      rates.get(what)?.push(BYTES / 1e3 / ms);
    }
  }
  return rates;
}

async function send(sender: ChildProcess, command: SendCommand): Promise<Sent> {
  const sent = await ask<Sent>(sender, command);
  if (sent.status !== 202) throw new AppError('internal', `an upload was answered ${sent.status}`);
  return sent;
}

/** How far resident memory goes beyond what it was, while `work` is done a few times. */
async function growth(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = residentMb(pid);
  let most = before;
  let underWay = ROUNDS;
  const watch = async (): Promise<void> => {
    while (underWay > 0) {
      most = Math.max(most, residentMb(pid));
      await sleep(LOOK_EVERY_MS);
    }
  };
  const watched = watch();
  for (; underWay > 0; underWay--) await work();
  await watched;
  return most - before;
}

function rateRows(rates: Rates): readonly Row[] {
  const baseline = rates.get(BASELINE) ?? [];
  return [...rates].map(([what, measured], index): Row => {
    const ratio = median(measured.map((rate, round) => rate / (baseline[round] ?? 1)));
    const targets = index === rates.size - 1 ? [atLeast(0.5, 'ratio')] : [];
    return { what, value: median(measured), unit: 'MB/s', baseline: BASELINE, ratio, targets };
  });
}
