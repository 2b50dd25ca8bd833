/** Decides which tests there are, how far they are kept apart, and what a run prints. */
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './test/support/reporter.ts';

const storeTests = ['test/ledger/**/*.test.ts', 'test/conformance/**/*.test.ts'];
const wholeProgramTests = ['test/e2e/**/*.test.ts', 'test/integration/**/*.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLineReporter()],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    pool: 'forks',
    // Whole programs wait more than they work: with as many as cores, the cores rest half of the time.
    maxWorkers: 5,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...storeTests, ...wholeProgramTests, 'test/fixtures/**'],
          isolate: false,
          // Long enough for a property test beside a machine's other work: a test that hangs ends by it, no slow one does.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'store',
          include: storeTests,
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: wholeProgramTests,
          globalSetup: 'test/support/program.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They start whole services: after the others, so that the two cores are theirs.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
