/** The helper process: it starts children on command, reports their ends, and lives exactly as long as its stdin. */

import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { systemClock } from '../core/clock.ts';
import { apply } from './delta.ts';
import { closeInherited } from './descriptors.ts';
import { createDirectLauncher } from './direct.ts';
import type { Launched } from './launch.ts';
import { createBatch, createReader } from './protocol.ts';
import type { Command, Report } from './protocol.ts';

/** How long children get between SIGTERM and SIGKILL once the service is gone: the first argument, in milliseconds. */
const DEFAULT_GRACE_MS = 5_000;

// Compiled code of a process that mostly waits is only memory for each fork to copy: 51 MB instead of 59 without it.
const SMALLER = ['--no-opt', '--no-maglev', '--no-sparkplug'];

function serve(graceMs: number): void {
  for (const flag of SMALLER) setFlagsFromString(flag);
  closeInherited();
  const launcher = createDirectLauncher({ clock: systemClock, graceMs });
  const launches = new Map<number, Launched>();
  const report = createBatch<Report>((text) => process.stdout.write(text));
  let base: Readonly<Record<string, string>> = {};

  function launch({ seq, request, env }: Extract<Command, { kind: 'launch' }>): void {
    const launched = launcher.launch({ ...request, env: apply(base, env) });
    launches.set(seq, launched);
    void launched.pid.then((pid) => {
      if (pid !== undefined) report({ kind: 'started', seq, pid });
    });
    void launched.end.then((end) => {
      launches.delete(seq);
      report({ kind: 'ended', seq, end });
    });
  }

  function obey(command: Command): void {
    switch (command.kind) {
      case 'base':
        base = command.env;
        return;
      case 'launch':
        launch(command);
        return;
      case 'signal':
        launches.get(command.seq)?.signal(command.name);
        return;
      case 'ping':
        report({ kind: 'pong', n: command.n });
    }
  }

  let isEnding = false;
  function end(): void {
    if (isEnding) return;
    isEnding = true;
    // The last reports are written before the process leaves: its stdout is a pipe, and those are written at once.
    void launcher.close().then(() => setImmediate(() => setImmediate(() => process.exit(0))));
  }

  process.stdin.setEncoding('utf8').on('data', createReader(obey)).once('end', end).once('error', end);
  // A service that died leaves nobody to write to; that its death ends the helper is told by stdin.
  process.stdout.on('error', () => {});
  // What a terminal or an impatient operator sends to everybody must not take the children's only keeper first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

serve(Number(process.argv[2] ?? DEFAULT_GRACE_MS));
