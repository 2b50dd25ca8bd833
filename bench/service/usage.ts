/** Decides what the system says about a process: its memory, its time on a core, its children. Linux only. */
import { readFileSync, readdirSync } from 'node:fs';

/** Resident memory, MB (10^6 bytes); NaN where the system does not say. */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}

/** Time on a core so far, all threads together, ms; finer than the ticks of `/proc/PID/stat`. */
export function cpuMs(pid: number): number {
  const threads = list(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + onCoreMs(`/proc/${pid}/task/${thread}/schedstat`), 0);
}

/** The processes it started that are still there. */
export function childrenOf(pid: number): readonly number[] {
  return list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** Of a process and those that it started. */
export function withChildren(pid: number, figure: (pid: number) => number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + figure(one), 0);
}

function onCoreMs(file: string): number {
  return Number(read(file).split(' ')[0] ?? 0) / 1e6;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A process or thread that has ended, or a system without `/proc`.
    return '';
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // As above.
    return [];
  }
}
