#!/usr/bin/env node
/** Decides which Node and which build of the program a command runs on. Node 12 must be able to parse this file. */
import { spawn } from 'child_process';
import { existsSync, realpathSync } from 'fs';
import module from 'module';
import { constants } from 'os';
import { isatty } from 'tty';
import { fileURLToPath } from 'url';
import { chooseProgram, decideRuntime, startsService } from './runtime-check.mjs';

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];
const LATER = ['SIGHUP', 'SIGUSR1', 'SIGUSR2'];

// Before there is a configuration, reloading and restarting mean nothing; they must not mean death.
if (startsService(process.argv.slice(2))) LATER.forEach((signal) => process.on(signal, () => {}));

const decision = decideRuntime(process.versions.node, ownRuntime());
if (decision.kind === 'refuse') {
  process.stderr.write(decision.message + '\n');
  process.exitCode = 1;
} else if (decision.kind === 'respawn') {
  respawn(decision.runtime);
} else {
  run();
}

function run() {
  if (module.enableCompileCache) module.enableCompileCache();
  const program = chooseProgram({
    hasSource: existsSync(here('../src')),
    hasBundle: existsSync(here('../dist/main.js')),
  });
  return import(program);
}

/** The Node in this checkout, unless there is none or it is the one that is running. */
function ownRuntime() {
  const runtime = here('../node_modules/.bin/node');
  return existsSync(runtime) && realpathSync(runtime) !== realpathSync(process.execPath) ? runtime : null;
}

/** Becomes a pass-through for the same command on `runtime`: its signals go down, its end comes up. */
function respawn(runtime) {
  const args = process.execArgv.concat(here('untether.mjs'), process.argv.slice(2));
  const child = spawn(runtime, args, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the child as well, and a second one would mean: stop at once.
  const atTerminal = isatty(0);
  PASSED_ON.forEach((signal) => {
    process.on(signal, () => {
      if (!(atTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT'))) child.kill(signal);
    });
  });
  child.on('error', (error) => {
    process.stderr.write('untether: ' + runtime + ' does not start: ' + error.message + '\n');
    process.exitCode = 1;
  });
  child.on('exit', leave);
}

/** Ends the way the child ended, so that whoever started this sees no difference. */
function leave(code, signal) {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  process.exitCode = 128 + constants.signals[signal];
}

function here(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
