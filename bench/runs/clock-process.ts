/** Decides what a start is compared with: how long a small process takes from `spawn` to the program's first look at the clock. */
import { spawn } from 'node:child_process';
import { report } from '../report.ts';
import { CLOCK_COMMAND, clockMs } from './clock-command.ts';

export interface ClockReport {
  /** One for each start, ms. */
  readonly startMs: readonly number[];
}

const [count = 50, everyMs = 20] = process.argv.slice(2).map(Number);
const [file = '', ...args] = CLOCK_COMMAND;
const startMs: number[] = [];

async function startOne(): Promise<void> {
  const startedAt = Date.now();
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) text += String(chunk);
  startMs.push(clockMs(text) - startedAt);
}

for (let start = 0; start < count; start++) {
  await startOne();
  await new Promise((resolve) => setTimeout(resolve, everyMs));
}
report({ startMs } satisfies ClockReport);
