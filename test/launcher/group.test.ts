/** Promises about the end of a process group. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { endGroup, readStat, signalGroup } from '../../src/launcher/group.ts';
import { isAlive, STUBBORN, Workplace } from './support.ts';

/** Starts a script as the leader of its own group and waits for the first line it prints. */
async function lead(
  script: string,
): Promise<{ readonly pid: number; readonly line: string; readonly closed: Promise<unknown[]> }> {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'exit');
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  child.stdout.destroy();
  return { pid: child.pid!, line: line.trim(), closed };
}

test('a group that listens is asked, not killed', async () => {
  const { pid, closed } = await lead('echo ready; exec sleep 1000');
  expect(await endGroup({ pid, graceMs: 60_000, clock: systemClock })).toBe('gone');
  expect(await closed).toEqual([null, 'SIGTERM']);
});

test('a group that ignores SIGTERM is killed after its grace', async () => {
  const { pid, closed } = await lead(STUBBORN);
  expect(await endGroup({ pid, graceMs: 20, clock: systemClock })).toBe('gone');
  expect(await closed).toEqual([null, 'SIGKILL']);
});

test('a grandchild that ignores SIGTERM is waited for and killed although its leader went at once', async () => {
  const { pid, line } = await lead(`(trap '' TERM; exec sleep 1000) & sleep 0.05; echo $!; exec sleep 1000`);
  expect(await endGroup({ pid, graceMs: 20, clock: systemClock })).toBe('gone');
  expect(isAlive(Number(line))).toBe(false);
});

test('a group nobody is in, and ids that would mean everybody, are gone already', async () => {
  const { pid, closed } = await lead('echo ready');
  await closed;
  for (const id of [pid, 0, 1, -1, NaN, 1.5]) {
    expect(signalGroup(id, 0)).toBe(false);
    expect(await endGroup({ pid: id, graceMs: 60_000, clock: systemClock })).toBe('gone');
  }
});

test.runIf(process.platform === 'linux')(
  'a process with brackets and spaces in its name is read right',
  async () => {
    using place = new Workplace();
    symlinkSync('/bin/sleep', place.path(') Z 9 9 (x'));
    const child = spawn(place.path(') Z 9 9 (x'), ['1000'], { detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    await expect.poll(() => readStat(String(child.pid))).toEqual({ state: 'S', group: child.pid });
    expect(readStat('999999999')).toBeUndefined();
    expect(await endGroup({ pid: child.pid!, graceMs: 60_000, clock: systemClock })).toBe('gone');
  },
);

test.runIf(process.platform === 'linux')(
  'members that are dead but collected by nobody do not make a group stuck',
  async () => {
    // A group of one, whose parent sleeps instead of asking how its child ended.
    const parent = await lead('setsid sleep 0 & echo $!; exec sleep 1000');
    const pid = Number(parent.line);
    await expect.poll(() => readStat(parent.line)).toEqual({ state: 'Z', group: pid });
    expect(signalGroup(pid, 0)).toBe(true);
    expect(await endGroup({ pid, graceMs: 60_000, clock: systemClock })).toBe('gone');
    expect(await endGroup({ pid: parent.pid, graceMs: 60_000, clock: systemClock })).toBe('gone');
  },
);
