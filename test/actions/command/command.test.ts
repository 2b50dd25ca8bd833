/** Holds the `command` action to its promises, with real processes. */
import { execFileSync } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandAction } from '../../../src/core/action.ts';
import type { Payload } from '../../../src/core/run.ts';
import { readStat } from '../../../src/launcher/group.ts';
import { Bench, DUE_AT, jsonPayload } from '../attempt.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

function command(argv: readonly string[], more: Partial<CommandAction> = {}): CommandAction {
  return {
    kind: 'command',
    argv,
    shell: false,
    env: {},
    cwd: bench.folder,
    stdin: 'none',
    allowFlags: false,
    ...more,
  };
}

const sh = (script: string, ...args: readonly string[]): readonly string[] => [
  '/bin/sh',
  '-c',
  script,
  'sh',
  ...args,
];
const showArgs = (...args: readonly string[]): CommandAction => command(sh('printf "<%s>" "$@"', ...args));

describe('how it ends', () => {
  test('exit code 0 is a success', async () => {
    expect(await bench.execute(command(['true']))).toEqual({
      kind: 'succeeded',
      exitCode: 0,
      endedBy: null,
      reason: null,
    });
  });

  test('another exit code is a failure that names it', async () => {
    expect(await bench.execute(command(sh('exit 3')))).toEqual({
      kind: 'failed',
      exitCode: 3,
      endedBy: null,
      reason: 'exit 3',
    });
  });

  test('a signal that nobody of ours sent is a failure that names it', async () => {
    expect(await bench.execute(command(sh('kill -SEGV $$')))).toMatchObject({
      kind: 'failed',
      exitCode: null,
      reason: 'killed by SIGSEGV',
    });
  });

  test('a missing binary is named', async () => {
    const outcome = await bench.execute(command(['no-such-program', 'x']));
    expect(outcome).toMatchObject({ kind: 'failed', exitCode: null });
    expect(outcome.reason).toContain('no-such-program');
  });

  test('a missing folder is named', async () => {
    const outcome = await bench.execute(command(['true'], { cwd: bench.path('nowhere') }));
    expect(outcome.reason).toContain(bench.path('nowhere'));
  });

  test('what it leaves in the background holds nothing up', async () => {
    expect(await bench.execute(command(sh('sleep 600 & echo $!')))).toMatchObject({ kind: 'succeeded' });
    process.kill(Number(await bench.output()), 'SIGKILL');
  });
});

describe('argv', () => {
  const payload = jsonPayload({
    ref: 'main',
    flag: '--exec=/bin/evil',
    dash: '-',
    nul: 'a\u0000b',
    shell: '$(touch evil); `x` && "y" \n',
    commit: { id: 7, ok: true, files: ['a', 'b'] },
  });

  test('templates are rendered element by element, and never seen by a shell', async () => {
    await bench.execute(
      showArgs('{{ref}}', '{{shell}}', 'n={{commit.id}} {{commit.ok}}', '{{commit.files}}', '{{missing}}'),
      { payload },
    );
    expect(await bench.output()).toBe('<main><$(touch evil); `x` && "y" \n><n=7 true><["a","b"]><>');
  });

  test.each([
    ['{{flag}}'],
    ['{{dash}}'],
    ['{{missing}}{{flag}}'],
    ['-{{ref}}'],
    ['--{{ref}}'],
    ['{{now | slice: 0, 0}}{{flag}}'],
  ])('an element of a payload that begins with "-" is refused: %s', async (element) => {
    const outcome = await bench.execute(showArgs('x', element), { payload });
    expect(outcome.kind).toBe('failed');
    expect(outcome.reason).toMatch(
      /^command refused: argument 5: .* begins with "-" \(allow_flags is off\)$/,
    );
    expect(await bench.output()).toBe('');
  });

  test('with allow_flags it is not', async () => {
    await bench.execute({ ...showArgs('{{flag}}'), allowFlags: true }, { payload });
    expect(await bench.output()).toBe('<--exec=/bin/evil>');
  });

  test("the operator's own flags stay flags, also with data of a payload as their value", async () => {
    await bench.execute(showArgs('-v', '--ref={{ref}}', '-n{{commit.id}}', '--', '{{env.FLAG}}'), {
      payload,
      environment: { FLAG: '--quiet' },
    });
    expect(await bench.output()).toBe('<-v><--ref=main><-n7><--><--quiet>');
  });

  test('NUL is refused, also with allow_flags', async () => {
    const outcome = await bench.execute({ ...showArgs('{{nul}}'), allowFlags: true }, { payload });
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: 'command refused: argument 4: it holds a NUL character',
    });
  });

  test('a payload does not choose the program', async () => {
    const outcome = await bench.execute(command(['{{ref}}']), { payload: jsonPayload({ ref: 'true' }) });
    expect(outcome.reason).toBe('command refused: argument 0: the program would be chosen by the payload');
  });

  test('a missing secret or variable refuses before anything is started', async () => {
    expect((await bench.execute(showArgs('{{secrets.TOKEN}}'))).reason).toContain(
      'there is no secret named TOKEN',
    );
    expect((await bench.execute(command(['true'], { env: { A: '{{env.NOPE}}' } }))).reason).toContain(
      'env A: ',
    );
  });
});

describe('shell', () => {
  test('a script of the operator runs', async () => {
    await bench.execute(command(['echo $((40 + 2)) | tr 4 5; printf "%s" "$1"', 'one'], { shell: true }));
    expect(await bench.output()).toBe('52\none');
  });

  test.each([[['echo {{ref}}']], [['echo "$1"', '{{ref}}']]])(
    'with a template anywhere it is refused: %s',
    async (argv) => {
      const outcome = await bench.execute(command(argv, { shell: true }), {
        payload: jsonPayload({ ref: 'x' }),
      });
      expect(outcome.reason).toContain('a shell command must hold no template');
    },
  );
});

describe('what it is told', () => {
  const raw: Payload = {
    body: Buffer.from([0x7b, 0x00, 0xff, 0x0a]),
    contentType: 'application/octet-stream',
    headers: { 'x-event': 'push' },
  };

  test('run, trigger, attempt and due moment', async () => {
    await bench.execute(
      command(sh('echo "$UNTETHER_TRIGGER $UNTETHER_ATTEMPT $UNTETHER_DUE_AT"; echo "$UNTETHER_RUN_ID"')),
      { attempt: 3 },
    );
    const [facts, run] = (await bench.output()).split('\n');
    expect(facts).toBe(`webhook:deploy 3 ${new Date(DUE_AT).toISOString()}`);
    expect(run).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  test('the raw payload and its headers are files that only this user can read', async () => {
    await bench.execute(
      command(
        sh(
          'od -An -tx1 "$UNTETHER_PAYLOAD"; cat "$UNTETHER_HEADERS"; echo; stat -c %a "$UNTETHER_PAYLOAD" "$UNTETHER_HEADERS"',
        ),
      ),
      { payload: raw },
    );
    expect((await bench.output()).split('\n').map((line) => line.trim())).toEqual([
      '7b 00 ff 0a',
      '{"x-event":"push"}',
      '600',
      '600',
      '',
    ]);
  });

  test('without a payload there are no names for it and no files', async () => {
    await bench.execute(command(sh('echo "${UNTETHER_PAYLOAD-none} ${UNTETHER_HEADERS-none}"')));
    expect(await bench.output()).toBe('none none\n');
    await expect(access(bench.workDir)).rejects.toThrow('ENOENT');
  });

  test('the payload is stdin where that is wanted, and nothing else ever is', async () => {
    await bench.execute(command(['od', '-An', '-tx1'], { stdin: 'payload' }), { payload: raw });
    expect((await bench.output()).trim()).toBe('7b 00 ff 0a');
    await bench.execute(command(['cat'], { stdin: 'none' }), { payload: raw });
    expect(await bench.output()).toBe('');
    await bench.execute(command(['cat'], { stdin: 'payload' }));
    expect(await bench.output()).toBe('');
  });

  test("the action's variables come on top, rendered, but never in place of the contract's own", async () => {
    await bench.execute(
      command(sh('echo "$A|$B|$UNTETHER_ATTEMPT"'), {
        env: { A: '{{ref}} {{due_at}}', B: '{{secrets.S}}', UNTETHER_ATTEMPT: 'mine' },
      }),
      {
        payload: jsonPayload({ ref: 'main' }),
        secrets: { S: 'hush' },
      },
    );
    expect(await bench.output()).toBe(`main ${new Date(DUE_AT).toISOString()}|hush|1\n`);
  });

  test('of the environment of the service it sees what is allowed, and no secret', async () => {
    await bench.execute(command(sh('echo "${LC_TIME-none} ${TOKEN-none}"')), {
      environment: { LC_TIME: 'C', TOKEN: 'hush' },
    });
    expect(await bench.output()).toBe('C none\n');
  });
});

describe('output', () => {
  const script = 'echo one; echo two >&2; echo three';

  test('two files get a stream each', async () => {
    await bench.execute(command(sh(script)), { output: 'split' });
    expect([await bench.output('out'), await bench.output('err')]).toEqual(['one\nthree\n', 'two\n']);
  });

  test('one file gets both in their order', async () => {
    await bench.execute(command(sh(script)));
    expect(await bench.output()).toBe('one\ntwo\nthree\n');
  });
});

describe('being ended', () => {
  /** A named pipe; what the command writes to it, once it does: the proof that it runs. */
  function hear(name: string): Promise<string> {
    execFileSync('mkfifo', [bench.path(name)]);
    return readFile(bench.path(name), 'utf8').then((text) => text.trim());
  }

  /** Dead processes that nobody has collected yet are not there. */
  function isThere(pid: string): boolean {
    if (process.platform === 'linux') return !['Z', 'X', undefined].includes(readStat(pid)?.state);
    try {
      return process.kill(Number(pid), 0);
    } catch {
      return false;
    }
  }

  test('leaves nothing to tell but that it was', async () => {
    const up = hear('endless.up');
    const running = bench.execute(command(sh('echo up > endless.up; exec sleep 600')));
    await up;
    bench.end('timeout');
    expect(await running).toEqual({ kind: 'interrupted', exitCode: null, endedBy: null, reason: null });
  });

  test('SIGTERM comes first, and how the program answers it is kept', async () => {
    const up = hear('polite.up');
    const running = bench.execute(
      command(sh('trap "echo bye; exit 7" TERM; echo up > polite.up; while :; do sleep 0.01; done')),
    );
    await up;
    bench.end('cancel');
    expect(await running).toMatchObject({ kind: 'interrupted', exitCode: 7 });
    expect(await bench.output()).toContain('bye\n');
  });

  test('what ignores SIGTERM is killed after the grace, grandchildren included, and gone when the outcome is told', async () => {
    const script =
      'trap "" TERM; sh -c \'trap "" TERM; echo $$ > deep.pid; while :; do sleep 0.05; done\' & echo $$ > top.pid; wait; while :; do sleep 0.05; done';
    const both = Promise.all([hear('top.pid'), hear('deep.pid')]);
    const running = bench.execute(command(sh(script)), { killGraceMs: 60 });
    const pids = await both;
    expect(pids.map(isThere)).toEqual([true, true]);
    bench.end('timeout');
    expect(await running).toMatchObject({ kind: 'interrupted', exitCode: null });
    expect(pids.map(isThere)).toEqual([false, false]);
  });

  test('before it starts: it never does', async () => {
    const outcome = await bench.execute(command(sh('echo up > never.up')), { endedBy: 'replace' });
    expect(outcome).toMatchObject({ kind: 'interrupted', reason: null });
    await expect(access(bench.path('never.up'))).rejects.toThrow('ENOENT');
  });
});
