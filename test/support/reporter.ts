/** Decides what the last line of a test run says: how many tests passed, failed and were skipped. */
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node';

/** What a run added up to. A file or suite that failed outside its tests counts as one failure of its own. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of a test module that is counted; vitest's own modules have it. */
export interface CountedModule {
  readonly children: {
    allTests(): Iterable<{ result(): { readonly state: string } }>;
    allSuites(): Iterable<Failing>;
  };
  errors(): readonly unknown[];
}

interface Failing {
  errors(): readonly unknown[];
}

/**
 * Counts tests, not files. `strayErrors` are those that no test threw (unhandled rejections); a run that ended
 * badly for any other reason, or in which no test ran at all, has at least one failure.
 */
export function tally(
  modules: readonly CountedModule[],
  strayErrors: number,
  reason: TestRunEndReason,
): Tally {
  const states = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => test.result().state),
  );
  const passed = states.filter((state) => state === 'passed').length;
  const counted = states.filter((state) => state === 'failed').length + brokenParts(modules) + strayErrors;
  const mustFail = reason !== 'passed' || passed + counted === 0;
  return {
    passed,
    failed: mustFail ? Math.max(1, counted) : counted,
    skipped: states.filter((state) => state === 'skipped' || state === 'pending').length,
  };
}

/** The files and suites whose own code or hooks threw, so that their tests never ran. */
function brokenParts(modules: readonly CountedModule[]): number {
  const parts = modules.flatMap((module): readonly Failing[] => [module, ...module.children.allSuites()]);
  return parts.filter((part) => part.errors().length > 0).length;
}

/** The line itself, alone and without colour, so that a script can read it. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * Prints the closing line: while watching after each run, otherwise as the process leaves, so that nothing comes
 * after it. A failure vitest itself finds later than the last test (a teardown, a coverage threshold) counts too.
 */
export class ClosingLineReporter implements Reporter {
  #watching = false;
  #tally: Tally = { passed: 0, failed: 1, skipped: 0 };

  onInit(vitest: Vitest): void {
    this.#watching = vitest.config.watch;
    if (!this.#watching)
      process.once('exit', (code) => {
        this.#leave(code);
      });
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], reason: TestRunEndReason): void {
    this.#tally = tally(modules, errors.length, reason);
    if (this.#tally.failed > 0) process.exitCode = 1;
    if (this.#watching) print(this.#tally);
  }

  #leave(code: number): void {
    const { failed } = this.#tally;
    print({ ...this.#tally, failed: code === 0 ? failed : Math.max(1, failed) });
    if (failed > 0) process.exitCode = 1;
  }
}

function print(counts: Tally): void {
  process.stdout.write(`${closingLine(counts)}\n`);
}
