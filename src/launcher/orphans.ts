/** Decides which processes a dead helper started without having lived to tell their ids. */

import { readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { readStat } from './group.ts';

/**
 * The leaders of process groups whose standard output or error is one of `files`: a run's output is its own, so that
 * they are that run. Files that are none (`/dev/null`) find nothing. Linux only; elsewhere nothing is found.
 */
export function leadersWritingTo(files: readonly string[]): readonly number[] {
  if (process.platform !== 'linux') return [];
  const wanted = new Set(files.flatMap(realFile));
  if (wanted.size === 0) return [];
  return readdirSync('/proc').flatMap((name) => {
    const isLeader = /^\d+$/.test(name) && readStat(name)?.group === Number(name);
    return isLeader && [1, 2].some((fd) => wanted.has(fileAt(name, fd))) ? [Number(name)] : [];
  });
}

function realFile(path: string): readonly string[] {
  try {
    return statSync(path).isFile() ? [realpathSync(path)] : [];
  } catch {
    // No such file: its launch never came so far as to open it.
    return [];
  }
}

function fileAt(pid: string, fd: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${String(fd)}`);
  } catch {
    // Another user's process, or one that just ended.
    return '';
  }
}
