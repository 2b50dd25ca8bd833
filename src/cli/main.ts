/** Decides nothing but whether this Node can run the program, and that signals are held before anything is loaded. */
import { enableCompileCache } from 'node:module';
import { holdSignals, startsService } from './held-signals.ts';
import { refuseOldNode } from './node-version.ts';

const refusal = refuseOldNode(process.versions.node);
if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = 1;
} else {
  const words = process.argv.slice(2);
  const signals = startsService(words) ? holdSignals(process) : undefined;
  // What Node makes of the sources is kept between calls; without it every one of them is read anew.
  enableCompileCache();
  const { runProgram } = await import('./program.ts');
  await runProgram(words, signals);
}
