/** Decides what runs are compared with: a small process that does nothing but start programs, so many at a time. */
import { spawn } from 'node:child_process';
import { report } from '../report.ts';

export interface SpawnerReport {
  /** Programs started and ended, a second. */
  readonly perSecond: number;
  /** User and system time of this process for each, ms. */
  readonly cpuMsEach: number;
}

const [count = 1_000, inFlight = 4] = process.argv.slice(2).map(Number);
const startedAt = performance.now();
let started = 0;
let ended = 0;

function next(): void {
  if (started === count) return;
  started += 1;
  spawn('true', { stdio: 'ignore', detached: true }).once('exit', () => {
    ended += 1;
    if (ended === count) finish();
    // From inside the callback libuv would look for the next dead child before it polls.
    else setImmediate(next);
  });
}

function finish(): void {
  const { user, system } = process.cpuUsage();
  const seconds = (performance.now() - startedAt) / 1_000;
  report({ perSecond: count / seconds, cpuMsEach: (user + system) / 1_000 / count } satisfies SpawnerReport);
}

for (let first = 0; first < inFlight; first++) next();
