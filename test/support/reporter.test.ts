/** Holds the closing line to the truth: whatever makes a run bad is a number in it. */
import { expect, test } from 'vitest';
import { closingLine, tally } from './reporter.ts';
import type { CountedModule } from './reporter.ts';

interface Parts {
  readonly tests?: readonly string[];
  readonly errors?: number;
  readonly suiteErrors?: readonly number[];
}

function moduleOf({ tests = [], errors = 0, suiteErrors = [] }: Parts): CountedModule {
  const thrown = (count: number): readonly unknown[] => Array.from({ length: count });
  return {
    children: {
      allTests: () => tests.map((state) => ({ result: () => ({ state }) })),
      allSuites: () => suiteErrors.map((count) => ({ errors: () => thrown(count) })),
    },
    errors: () => thrown(errors),
  };
}

test('tests are counted, whatever file they are in', () => {
  const modules = [
    moduleOf({ tests: ['passed', 'failed', 'skipped'] }),
    moduleOf({ tests: ['passed', 'failed'] }),
  ];
  expect(tally(modules, 0, 'failed')).toEqual({ passed: 2, failed: 2, skipped: 1 });
});

test('a test that never came to run counts as skipped', () => {
  expect(tally([moduleOf({ tests: ['passed', 'pending'] })], 0, 'passed')).toMatchObject({ skipped: 1 });
});

test('a file that throws is one failure, however many errors it gives', () => {
  expect(tally([moduleOf({ errors: 3 })], 0, 'failed')).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a suite whose hook throws is one failure, its tests are skipped', () => {
  const broken = moduleOf({ tests: ['skipped', 'skipped', 'passed'], suiteErrors: [1, 0] });
  expect(tally([broken], 0, 'failed')).toEqual({ passed: 1, failed: 1, skipped: 2 });
});

test('an error outside every test is a failure', () => {
  expect(tally([moduleOf({ tests: ['passed'] })], 2, 'failed')).toMatchObject({ passed: 1, failed: 2 });
});

test('a run that ended badly for no reason that was counted has a failure', () => {
  expect(tally([moduleOf({ tests: ['passed'] })], 0, 'interrupted')).toMatchObject({ passed: 1, failed: 1 });
});

test('a run in which no test ran has failed', () => {
  expect(tally([], 0, 'passed').failed).toBe(1);
  expect(tally([moduleOf({ tests: ['skipped'] })], 0, 'passed')).toEqual({
    passed: 0,
    failed: 1,
    skipped: 1,
  });
});

test('the line is plain', () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 3 })).toBe('12 passed, 0 failed, 3 skipped');
});
