/** Promises of every launcher, whether it forks in the helper or where it stands. */
import { closeSync, existsSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createDirectLauncher } from '../../src/launcher/direct.ts';
import { endGroup } from '../../src/launcher/group.ts';
import type { LaunchEnd } from '../../src/launcher/client.ts';
import { closing, isAlive, startLauncher, Workplace } from './support.ts';

const launchers = {
  helper: () => startLauncher(),
  direct: () => closing(createDirectLauncher({ clock: systemClock, graceMs: 10_000 })),
};

function exited(code: number | null, signal: NodeJS.Signals | null = null): unknown {
  return { kind: 'exited', code, signal, endedAtMs: expect.any(Number) };
}

describe.each(Object.entries(launchers))('the %s launcher', (_name, start) => {
  test('hands over argv, folder and environment exactly, and inherits no variable', async () => {
    using place = new Workplace();
    await using launcher = start();
    const env = { PATH: '/usr/bin:/bin', 'ODD=NAME': '', LINES: 'a\nb', __proto__x: 'y', UNICODE: 'žluť' };
    const argv = ['/usr/bin/env', '-0', 'printf', '[%s]', '', 'a \'b" $c\n', 'žluť', '-n'];
    const { end } = launcher.launch(
      place.program(['/bin/sh', '-c', 'pwd; shift; "$@"', 'sh', '', ...argv.slice(2)], { env }),
    );
    expect(await end).toEqual(exited(0));
    expect(place.read()).toBe(`${place.folder}\n[][a 'b" $c\n][žluť][-n]`);
    const second = launcher.launch(place.program(['/usr/bin/env', '-0'], { env, stdout: place.path('env') }));
    expect(await second.end).toEqual(exited(0));
    expect(place.read('env').split('\0').sort()).toEqual(
      ['', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)].sort(),
    );
  });

  test('a later environment may lack what an earlier one had', async () => {
    using place = new Workplace();
    await using launcher = start();
    for (const env of [{ ONLY_FIRST: '1', BOTH: '1' }, { BOTH: '2' }, { ONLY_FIRST: '3', THIRD: '3' }])
      await launcher.launch(place.program(['/usr/bin/env'], { env })).end;
    expect(place.read()).toBe('ONLY_FIRST=1\nBOTH=1\nBOTH=2\nONLY_FIRST=3\nTHIRD=3\n');
  });

  test('tells exit code and signal, with the time of the end', async () => {
    using place = new Workplace();
    await using launcher = start();
    const before = systemClock.now();
    const [seven, killed] = await Promise.all([
      launcher.launch(place.script('exit 7')).end,
      launcher.launch(place.script('kill -9 $$')).end,
    ]);
    expect([seven, killed]).toEqual([exited(7), exited(null, 'SIGKILL')]);
    const times = [seven, killed].map((end) => (end.kind === 'exited' ? end.endedAtMs : NaN));
    for (const time of times) expect(time >= before && time <= systemClock.now()).toBe(true);
  });

  test('keeps the order between stdout and stderr when they share a file, and parts them when they do not', async () => {
    using place = new Workplace();
    await using launcher = start();
    const text = 'for i in 1 2 3; do echo out$i; echo err$i >&2; done';
    writeFileSync(place.output, 'before\n');
    await launcher.launch(place.script(text)).end;
    expect(place.read()).toBe('before\nout1\nerr1\nout2\nerr2\nout3\nerr3\n');
    await launcher.launch(place.script(text, { stdout: place.path('o'), stderr: place.path('e') })).end;
    expect([place.read('o'), place.read('e')]).toEqual(['out1\nout2\nout3\n', 'err1\nerr2\nerr3\n']);
    expect(statSync(place.path('e')).mode & 0o777).toBe(0o600);
  });

  test('feeds a file to stdin, or nothing', async () => {
    using place = new Workplace();
    await using launcher = start();
    writeFileSync(place.path('payload'), '{"a":1}\n');
    await launcher.launch(place.program(['/bin/cat'])).end;
    await launcher.launch(
      place.program(['/bin/cat'], { stdin: { kind: 'file', path: place.path('payload') } }),
    ).end;
    expect(place.read()).toBe('{"a":1}\n');
  });

  test.runIf(process.platform === 'linux')(
    'gives a child a session of its own, and nothing that this process has open',
    async () => {
      using place = new Workplace();
      await using launcher = start();
      const lock = openSync(place.path('lock'), 'w');
      const launched = launcher.launch(
        place.script('ls -l /proc/$$/fd; cut -d" " -f5,6 /proc/$$/stat', { stderr: place.path('err') }),
      );
      const beside = launcher.launch(
        place.script('sleep 0', { stdout: place.path('o'), stderr: place.path('e') }),
      );
      await Promise.all([launched.end, beside.end]);
      closeSync(lock);
      const pid = String(await launched.pid);
      expect(place.read()).toMatch(new RegExp(`^${pid} ${pid}$`, 'm'));
      const files = [...place.read().matchAll(/(\d+) -> (.*)/g)].map(([, fd, file]) => [fd, file]);
      expect(files.filter(([, file]) => file!.startsWith(place.folder))).toEqual([
        ['1', place.output],
        ['2', place.path('err')],
      ]);
    },
  );

  test('says which binary, folder or file was at fault', async () => {
    using place = new Workplace();
    await using launcher = start();
    writeFileSync(place.path('plain'), '');
    writeFileSync(place.path('orphan'), '#!/no/such/interpreter\n', { mode: 0o700 });
    const cases: readonly (readonly [string, Parameters<typeof place.program>])[] = [
      ['deploy: not found in PATH', [['deploy']]],
      ['/no/such/deploy does not exist', [['/no/such/deploy']]],
      ['./deploy does not exist', [['./deploy']]],
      [`cwd ${place.path('gone')} does not exist`, [['/bin/true'], { cwd: place.path('gone') }]],
      [`cwd ${place.path('plain')} is not a folder`, [['/bin/true'], { cwd: place.path('plain') }]],
      ['./plain: found, but may not be executed', [['./plain']]],
      [`plain: found in PATH, but may not be executed`, [['plain'], { env: { PATH: place.folder } }]],
      [`./orphan: the interpreter that ${place.path('orphan')} names does not exist`, [['./orphan']]],
      ['/bin/true: its arguments and environment are too long', [['/bin/true', 'x'.repeat(4_000_000)]]],
      ['there is no command to start', [[]]],
      ['there is no command to start', [['']]],
      ['here is not an absolute path', [['/bin/true'], { cwd: 'here' }]],
    ];
    for (const [reason, [argv, rest]] of cases) {
      const launched = launcher.launch(place.program(argv, rest));
      expect(await launched.end).toEqual({ kind: 'not-started', reason });
      expect(await launched.pid).toBeUndefined();
    }
    const nul = await launcher.launch(place.program(['/bin/true', 'a\0b'])).end;
    expect(nul).toEqual({ kind: 'not-started', reason: expect.stringContaining('null bytes') });
  });

  test('says which output or input could not be opened, and leaves the other closed', async () => {
    using place = new Workplace();
    await using launcher = start();
    mkdirSync(place.path('folder'));
    const reasons = await Promise.all(
      [
        { stdout: '/no/such/output' },
        { stderr: place.path('folder') },
        { stdin: { kind: 'file', path: place.path('none') } as const },
      ].map((rest) => launcher.launch(place.program(['/bin/true'], rest)).end),
    );
    expect(reasons).toEqual([
      { kind: 'not-started', reason: expect.stringMatching(/^output file \/no\/such\/output: ENOENT/) },
      { kind: 'not-started', reason: expect.stringMatching(/^output file .*folder: EISDIR/) },
      { kind: 'not-started', reason: expect.stringMatching(/^stdin file .*none: ENOENT/) },
    ]);
  });

  test('is not held up by a FIFO in the place of a file', async () => {
    using place = new Workplace();
    await using launcher = start();
    await launcher.launch(place.program(['mkfifo', place.path('fifo')])).end;
    const ends = await Promise.all([
      launcher.launch(place.program(['/bin/cat'], { stdin: { kind: 'file', path: place.path('fifo') } })).end,
      launcher.launch(place.program(['/bin/true'], { stdout: place.path('fifo') })).end,
      launcher.launch(place.program(['/bin/true'])).end,
    ]);
    expect(ends.map((end) => end.kind)).toEqual(['not-started', 'not-started', 'exited']);
  });

  test('finds a program that was put into PATH after it was missed, with no restart', async () => {
    using place = new Workplace();
    await using launcher = start();
    const request = place.program(['deploy'], {
      env: { PATH: `${place.path('late')}:${place.path('early')}` },
    });
    expect((await launcher.launch(request).end).kind).toBe('not-started');
    for (const [folder, code] of [
      ['early', 3],
      ['late', 4],
    ] as const) {
      mkdirSync(place.path(folder));
      writeFileSync(place.path(`${folder}/deploy`), `#!/bin/sh\nexit ${code}\n`, { mode: 0o700 });
      expect(await launcher.launch(request).end).toEqual(exited(code));
    }
  });

  test('a signal reaches the whole group', async () => {
    using place = new Workplace();
    await using launcher = start();
    const launched = launcher.launch(place.script('sleep 1000 & echo $!; wait'));
    await expect.poll(() => (existsSync(place.output) ? place.read() : '')).toMatch(/\d+\n/);
    const grandchild = Number(place.read());
    expect(isAlive(grandchild)).toBe(true);
    launched.signal('SIGTERM');
    expect(await launched.end).toEqual(exited(null, 'SIGTERM'));
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });

  test('a launch signalled before its turn never starts, and one signalled after its end is left alone', async () => {
    using place = new Workplace();
    await using launcher = start();
    const first = launcher.launch(place.script('echo first'));
    const second = launcher.launch(place.script('echo second'));
    second.signal('SIGTERM');
    expect(await second.end).toEqual({ kind: 'not-started', reason: 'it was ended before it started' });
    expect(await first.end).toEqual(exited(0));
    first.signal('SIGKILL');
    expect(place.read()).toBe('first\n');
  });

  test('what a leader leaves behind lives on after its end, and endGroup still ends it', async () => {
    using place = new Workplace();
    await using launcher = start();
    const launched = launcher.launch(place.script('sleep 1000 & echo $!'));
    expect(await launched.end).toEqual(exited(0));
    const leftover = Number(place.read());
    expect(isAlive(leftover)).toBe(true);
    expect(await endGroup({ pid: (await launched.pid)!, graceMs: 10_000, clock: systemClock })).toBe('gone');
    expect(isAlive(leftover)).toBe(false);
  });

  test('closing ends what runs, refuses what comes, and rejects nothing', async () => {
    using place = new Workplace();
    const launcher = start();
    const running = launcher.launch(place.script('sleep 1000'));
    await running.pid;
    const closed = launcher.close();
    const late = launcher.launch(place.script('echo late'));
    await closed;
    expect(await running.end).toEqual(exited(null, 'SIGTERM'));
    expect(await late.end).toEqual({ kind: 'not-started', reason: 'the launcher is closed' });
    await launcher.close();
    expect(place.read()).toBe('');
  });

  test('300 launches at once all end, each once', async () => {
    using place = new Workplace();
    await using launcher = start();
    const ends = await Promise.all(
      Array.from({ length: 300 }, () => launcher.launch(place.program(['/bin/true'])).end),
    );
    expect(ends.filter((end: LaunchEnd) => end.kind === 'exited' && end.code === 0)).toHaveLength(300);
  });
});

test('with four children in flight the timers of the process that forks keep ticking', async () => {
  using place = new Workplace();
  await using launcher = launchers.direct();
  let ticks = 0;
  const tick = (): void => {
    ticks += 1;
    timer = setTimeout(tick, 1);
  };
  let timer = setTimeout(tick, 1);
  let runs = 0;
  const lane = async (): Promise<void> => {
    while (++runs <= 400) await launcher.launch(place.program(['/bin/true'])).end;
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  clearTimeout(timer);
  // One start for each turn of the loop, so at the least every other start sees its timer; forks inside exit
  // callbacks let 4 of 400 through.
  expect(ticks).toBeGreaterThan(100);
});
