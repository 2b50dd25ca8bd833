/** Decides whether there is room for what the service writes. */
import { stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Facts } from './facts.ts';
import { doubtful, fine } from './finding.ts';
import type { Finding } from './finding.ts';
import { existingPart } from './existing-part.ts';

const name = 'disk';

/** Room on one disk, in bytes. */
export interface Room {
  readonly folder: string;
  readonly free: number;
  readonly total: number;
}

const LEAST_BYTES = 1_000_000_000;
const LEAST_SHARE = 0.05;

export async function checkDisk({ stateDir, loaded }: Facts): Promise<readonly Finding[]> {
  const store = loaded?.boot.store;
  const wanted = [
    stateDir,
    join(stateDir, 'output'),
    ...(store?.kind === 'sqlite' ? [dirname(store.file)] : []),
  ];
  const folders = await Promise.all(wanted.map(existingPart));
  const disks = await Promise.all(
    folders.map(async (folder) => ({ folder, disk: (await stat(folder)).dev })),
  );
  const oneEach = [...new Map(disks.toReversed().map(({ folder, disk }) => [disk, folder])).values()];
  return Promise.all(oneEach.toReversed().map(async (folder) => judgeRoom(await roomIn(folder))));
}

async function roomIn(folder: string): Promise<Room> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { folder, free: bavail * bsize, total: blocks * bsize };
}

/** Below 1 GB or 5 % it is a matter of time. */
export function judgeRoom({ folder, free, total }: Room): Finding {
  const share = total === 0 ? 1 : free / total;
  const finding = `${(free / 1_000_000_000).toFixed(1)} GB (${Math.round(share * 100)} %) free for ${folder}`;
  return free < LEAST_BYTES || share < LEAST_SHARE
    ? doubtful({ name, finding }, 'make room, or keep less: [retention] max_age and max_runs')
    : fine(name, finding);
}
