/** Decides how long the disk needs to keep something: the same write and wait that a commit is, by itself. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = Buffer.alloc(4_096, 1);
const WRITES = 200;

/** Appends pages to a new file in `folder`, each of them synced; the times in ms. */
export function fsyncTimes(folder: string): readonly number[] {
  const file = openSync(join(folder, 'fsync'), 'w');
  const times: number[] = [];
  for (let write = 0; write < WRITES; write++) {
    const startedAt = performance.now();
    writeSync(file, PAGE);
    fdatasyncSync(file);
    times.push(performance.now() - startedAt);
  }
  closeSync(file);
  return times;
}
