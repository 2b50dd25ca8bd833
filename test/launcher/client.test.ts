/** Promises about the helper's own death, and about life without one. */
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LaunchEnd } from '../../src/launcher/client.ts';
import type { Log, LogFields } from '../../src/core/log.ts';
import { silentLog } from '../../src/core/log.ts';
import { leadersWritingTo } from '../../src/launcher/orphans.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { isAlive, startLauncher, STUBBORN, Workplace } from './support.ts';

/** The process that starts a launcher's children. */
async function starterOf(launcher: ReturnType<typeof startLauncher>, place: Workplace): Promise<number> {
  await launcher.launch(place.script('echo $PPID', { stdout: place.path('starter') })).end;
  return Number(place.read('starter').trim().split('\n').at(-1));
}

/** A log that keeps its warnings. */
function keeping(): Log & { readonly warnings: LogFields[] } {
  const warnings: LogFields[] = [];
  return { ...silentLog, warnings, warn: (_message, fields = {}) => warnings.push(fields) };
}

test('launches in flight are lost with the helper, after their groups are gone, and later ones get a new helper', async () => {
  using place = new Workplace();
  await using launcher = startLauncher({ graceMs: 50 });
  const helper = await starterOf(launcher, place);
  expect(helper).not.toBe(process.pid);
  const runs = [launcher.launch(place.script('sleep 1000')), launcher.launch(place.script(STUBBORN))];
  const pids = await Promise.all(runs.map(async (run) => (await run.pid)!));
  await expect.poll(() => place.read()).toBe('ready\n');
  process.kill(helper, 'SIGKILL');
  const ends = await Promise.all(runs.map((run) => run.end));
  expect(ends).toEqual([1, 2].map(() => ({ kind: 'lost', reason: expect.stringContaining('SIGKILL') })));
  expect(pids.map(isAlive)).toEqual([false, false]);
  const next = await starterOf(launcher, place);
  expect([helper, process.pid]).not.toContain(next);
});

test.runIf(process.platform === 'linux')(
  'a start the helper did not live to tell of is found and ended too',
  async () => {
    using place = new Workplace();
    await using launcher = startLauncher({ graceMs: 50 });
    const helper = await starterOf(launcher, place);
    // The forks come one for each turn of the helper's loop, so that most of these are not told of when it dies.
    const runs = Array.from({ length: 40 }, (_, i) =>
      launcher.launch(place.script('sleep 1000', { stdout: place.path(`o${i}`) })),
    );
    await runs[0]!.pid;
    process.kill(helper, 'SIGKILL');
    const ends = await Promise.all(runs.map((run) => run.end));
    expect(new Set(ends.map((end) => end.kind))).toEqual(new Set(['lost']));
    expect(leadersWritingTo(runs.map((_, i) => place.path(`o${i}`)))).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'only the leader whose output is the file is taken for a run',
  async () => {
    using place = new Workplace();
    await using launcher = startLauncher();
    const run = launcher.launch(place.script('sleep 1000 & wait', { stderr: place.path('err') }));
    const reader = launcher.launch(
      place.script(`exec 3<${place.output}; sleep 1000`, { stdout: '/dev/null', stderr: '/dev/null' }),
    );
    const [pid] = await Promise.all([run.pid, reader.pid]);
    expect(leadersWritingTo([place.output])).toEqual([pid]);
    expect(leadersWritingTo([place.path('err'), place.path('never')])).toEqual([pid]);
    expect(leadersWritingTo(['/dev/null'])).toEqual([]);
  },
);

test('children are forked from here while no helper can be started', async () => {
  using place = new Workplace();
  const log = keeping();
  await using launcher = startLauncher({ helperPath: place.path('no-helper.js'), log });
  expect(await starterOf(launcher, place)).toBe(process.pid);
  expect(await launcher.launch(place.script('exit 3')).end).toMatchObject({ kind: 'exited', code: 3 });
  expect(log.warnings[0]).toMatchObject({ deathsInARow: 1, reason: expect.stringContaining('no-helper.js') });
});

test('a launch ended while its helper failed to start does not start elsewhere', async () => {
  using place = new Workplace();
  await using launcher = startLauncher({ helperPath: place.path('no-helper.js') });
  const [kept, ended] = [launcher.launch(place.script('exit 3')), launcher.launch(place.script('exit 4'))];
  ended.signal('SIGTERM');
  expect(await ended.end).toEqual({ kind: 'not-started', reason: 'it was ended before it started' });
  expect(await kept.end).toMatchObject({ kind: 'exited', code: 3 });
});

test('helpers that cannot live are tried again after 200 ms, then twice as long each time, up to half a minute', async () => {
  using place = new Workplace();
  const clock = new FakeClock();
  const log = keeping();
  await using launcher = startLauncher({ helperPath: place.path('no-helper.js'), log, clock });
  const run = (): Promise<LaunchEnd> => launcher.launch(place.script('exit 0')).end;
  const waits: number[] = [];
  await run();
  for (let waitedMs = 0; waits.length < 12;) {
    const deaths = log.warnings.length;
    await run();
    if (log.warnings.length > deaths) {
      waits.push(waitedMs);
      waitedMs = 0;
    } else {
      const stepMs = waits.length < 4 ? 100 : 1_000;
      await clock.advance(stepMs);
      waitedMs += stepMs;
    }
  }
  expect(waits.slice(0, 4)).toEqual([0, 200, 400, 800]);
  expect(waits.slice(-2)).toEqual([30_000, 30_000]);
});

test('a helper that starts but never speaks is ended after ten seconds, and its launches are forked from here', async () => {
  using place = new Workplace();
  writeFileSync(place.path('silent.mjs'), 'process.stdin.resume(); setTimeout(() => {}, 2 ** 31 - 1);');
  const clock = new FakeClock();
  await using launcher = startLauncher({ helperPath: place.path('silent.mjs'), clock });
  const run = launcher.launch(place.script('exit 5'));
  await clock.advance(10_000);
  expect(await run.end).toMatchObject({ kind: 'exited', code: 5 });
});

test('a helper started at once is there before the first launch, and closing ends it', async () => {
  using place = new Workplace();
  const launcher = startLauncher({ start: 'at-once' });
  const helper = await starterOf(launcher, place);
  expect(isAlive(helper)).toBe(true);
  await launcher.close();
  expect(isAlive(helper)).toBe(false);
});
