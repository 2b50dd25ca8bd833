/** Holds the running of programs to what only shows between asking for a start and the start itself. */
import { expect, test } from 'vitest';
import { runProgram } from '../../src/actions/program.ts';
import type { ProgramDeps } from '../../src/actions/program.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { LaunchEnd, Launched } from '../../src/launcher/client.ts';
import { Bench } from './attempt.ts';

const action = { kind: 'notify_only', message: '', silent: true } as const;

test('a program that is ended while it waits for its turn to start never does', async () => {
  await using bench = await Bench.open();
  const launched: Launched[] = [];
  const launcher: ProgramDeps['launcher'] = {
    launch: (request) => {
      const one = bench.launcher.launch(request);
      launched.push(one);
      return one;
    },
    close: async () => {},
  };
  const program = { argv: ['true'], cwd: bench.folder, env: {}, stdin: { kind: 'none' } } as const;
  const running = runProgram(program, bench.context(action), {
    launcher,
    clock: systemClock,
    childEnvironment: {},
  });
  bench.end('cancel');
  expect(await running).toEqual({ kind: 'interrupted', exitCode: null, endedBy: null, reason: null });
  expect(await launched[0]?.pid).toBeUndefined();
});

test('one that is lost with its launcher was interrupted, which is not its own failure', async () => {
  await using bench = await Bench.open();
  const end: LaunchEnd = { kind: 'lost', reason: 'the launcher died (killed) and its groups were ended' };
  const launcher: ProgramDeps['launcher'] = {
    launch: () => ({ pid: Promise.resolve(undefined), end: Promise.resolve(end), signal: () => {} }),
    close: async () => {},
  };
  const program = { argv: ['true'], cwd: bench.folder, env: {}, stdin: { kind: 'none' } } as const;
  expect(
    await runProgram(program, bench.context(action), { launcher, clock: systemClock, childEnvironment: {} }),
  ).toEqual({
    kind: 'interrupted',
    exitCode: null,
    endedBy: 'crash',
    reason: end.reason,
  });
});
