/** Decides how a process group ends: asked, given time, killed, and looked for afterwards. */

import { readFileSync, readdirSync } from 'node:fs';
import { pause } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';

/** `stuck`: members are still there seconds after SIGKILL (another user's, or waiting in the kernel). */
export type GroupEnd = 'gone' | 'stuck';

export interface EndGroupOptions {
  /** The id of the group, which is the id of the process that led it, whether or not that one still lives. */
  readonly pid: number;
  /** How long its members get between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly clock: Clock;
}

/** How long SIGKILL may take before the group counts as stuck. */
const KILLED_WITHIN_MS = 5_000;
/** From here on a look into /proc tells dead members that nobody collects from living ones. */
const COLLECTED_WITHIN_MS = 100;
const FIRST_LOOK_MS = 2;
const LONGEST_LOOK_MS = 100;

/**
 * Ends every member of a group: SIGTERM, `graceMs`, SIGKILL, and waits until none is left. It works just as well on
 * what a leader left behind when it exited by itself.
 */
export async function endGroup({ pid, graceMs, clock }: EndGroupOptions): Promise<GroupEnd> {
  if (!signalGroup(pid, 'SIGTERM')) return 'gone';
  if (await goneWithin({ pid, withinMs: graceMs, clock })) return 'gone';
  signalGroup(pid, 'SIGKILL');
  return (await goneWithin({ pid, withinMs: KILLED_WITHIN_MS, clock })) ? 'gone' : 'stuck';
}

/**
 * Sends a signal to a whole group, 0 to only look; false when there is no such group. Ids of 1 and below, which
 * would mean "everything" or "my own group" to the kernel, name no group here.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    // EPERM: the group is there, but all its members belong to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

interface Wait {
  readonly pid: number;
  readonly withinMs: number;
  readonly clock: Clock;
}

async function goneWithin({ pid, withinMs, clock }: Wait): Promise<boolean> {
  const startMs = clock.monotonic();
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LONGEST_LOOK_MS)) {
    const waitedMs = clock.monotonic() - startMs;
    if (isGone(pid, waitedMs >= Math.min(COLLECTED_WITHIN_MS, withinMs))) return true;
    if (waitedMs >= withinMs) return false;
    await pause(clock, Math.min(lookMs, withinMs - waitedMs));
  }
}

/** In a container whose first process collects no orphans the dead stay in the group for ever, hence the closer look. */
function isGone(pid: number, closely: boolean): boolean {
  return !signalGroup(pid, 0) || (closely && process.platform === 'linux' && !hasLivingMember(pid));
}

function hasLivingMember(group: number): boolean {
  return readdirSync('/proc').some((name) => {
    const stat = /^\d+$/.test(name) ? readStat(name) : undefined;
    return stat?.group === group && stat.state !== 'Z' && stat.state !== 'X';
  });
}

/** State letter and group of a process from Linux's /proc (proc_pid_stat(5)); `undefined` when it is gone. */
export function readStat(pid: string): { readonly state: string; readonly group: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets and may itself hold spaces and brackets.
    const [state = '', , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, group: Number(group) };
  } catch {
    // The process ended between the listing and the look.
    return undefined;
  }
}
