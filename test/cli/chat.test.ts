/** Holds `chat` to the real service: whatever is said is answered, and it waits for what it started, and for no more. */
import { describe, expect, test } from 'vitest';
import type { TerminalMessage } from '../../src/core/views.ts';
import { AppError } from '../../src/core/errors.ts';
import type { Child } from '../support/child.ts';
import { Sandbox } from '../support/untether.ts';
import { command } from './support/command-line.ts';
import { LIVE_RUN, NEW_RUN, terminalAnswer } from './support/fake-control.ts';
import { served } from './support/folder.ts';

const WITH_A_SERVICE = { timeout: 60_000 };

const ENGINES = `
default_engine = "echo"

[triggers.server]
port = 0

[engines.echo]
command = ["sh", "-c", "echo hi; cat"]

[engines.long]
command = ["sh", "-c", "seq 1 2000"]

[engines.stuck]
command = ["sh", "-c", "echo busy; sleep 600"]

[limits]
per_engine = { stuck = 1 }
`;

function say(sandbox: Sandbox, lines: string, ...words: readonly string[]): Child {
  const child = sandbox.spawn('chat', ...words);
  child.process.stdin?.end(lines);
  return child;
}

describe('a service', () => {
  test('answers each line of a pipe, and what is said in one go', WITH_A_SERVICE, async () => {
    await using sandbox = await Sandbox.make(ENGINES);
    await sandbox.start();
    expect(await say(sandbox, '/ping\n').finished).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^🏓 pong — up \d+s\n$/),
      stderr: '',
    });
    const help = await say(sandbox, '', '/help').finished;
    expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\/ping — [^]*^\/help — /m) });
    const both = await say(sandbox, '/ping\n\n/nope\n').finished;
    expect(both).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/pong[^\n]*\nthere is no command \/nope/),
    });
  });

  test('runs an agent and says its answer before the process ends', WITH_A_SERVICE, async () => {
    await using sandbox = await Sandbox.make(ENGINES);
    await sandbox.start();
    const { code, stdout } = await say(sandbox, '', 'what', 'is', 'new?').finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^⏳ waiting for its turn\n\[Cancel\] \/cancel ([0-9a-f-]{36})\nhi\nwhat is new\?\n\necho · \d+\w+ · 👤 manual\n$/,
    );
    const [, run] = /cancel (\S+)/.exec(stdout) ?? [];
    const again = await say(sandbox, `/retry ${run}\n`).finished;
    expect(again.stdout).toMatch(/^🔁 run \w+ again, as \w+\n[^]*hi\nwhat is new\?\n\necho · /);
    const more = await say(sandbox, `@${run} and then?\n`).finished;
    // An engine of one's own has no sessions to go on with.
    expect(more.stdout).toMatch(/^❌ run failed: .*no session/m);
  });

  test(
    'waits for all runs that a pipe began, and for all parts of a long answer',
    WITH_A_SERVICE,
    async () => {
      await using sandbox = await Sandbox.make(ENGINES);
      await sandbox.start();
      const { stdout } = await say(sandbox, '/run long go\n/run echo one\n/run echo two\n').finished;
      expect(stdout.match(/waiting for its turn/g)).toHaveLength(3);
      for (const word of ['hi\none', 'hi\ntwo', '\n2000\n']) expect(stdout).toContain(word);
      expect(stdout.match(/· 👤 manual\n/g)).toHaveLength(3);
    },
  );

  test('writes each message as a line of JSON', WITH_A_SERVICE, async () => {
    await using sandbox = await Sandbox.make(ENGINES);
    await sandbox.start();
    const { stdout } = await say(sandbox, '', '--json', 'hello').finished;
    const messages = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TerminalMessage);
    expect(messages[0]).toEqual({
      key: expect.stringMatching(/^run:/),
      kind: 'working',
      run: expect.stringMatching(/^[0-9a-f-]{36}$/),
      text: '⏳ waiting for its turn',
      buttons: [{ label: 'Cancel', command: `/cancel ${messages[0]?.run}` }],
    });
    expect(messages.at(-1)).toMatchObject({ kind: 'final', run: messages[0]?.run, buttons: [] });
    expect(new Set(messages.map(({ key }) => key)).size).toBe(1);
  });

  test('tells whoever cancels: a run at work, and one that had not begun', WITH_A_SERVICE, async () => {
    await using sandbox = await Sandbox.make(ENGINES);
    await sandbox.start();
    const child = sandbox.spawn('chat');
    child.process.stdin?.write('/run stuck first\n/run stuck second\n');
    await child.sees(/(waiting for its turn[^]*waiting for its turn[^\n]*\n\[Cancel\] [^\n]*\n)/);
    const [first, second] = [...child.stdout.matchAll(/cancel (\S+)/g)].map(([, run]) => run ?? '');
    child.process.stdin?.end(`/cancel ${second}\n/cancel ${first}\n`);
    const { code, stdout, stderr } = await child.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^🚫 cancelled before it began$/m);
    expect(stdout).toMatch(/^🚫 cancelled$/m);
  });

  test('that stops is missed: a sentence and exit 3, whoever is waited for', WITH_A_SERVICE, async () => {
    await using sandbox = await Sandbox.make(ENGINES);
    const service = await sandbox.start();
    const listening = sandbox.spawn('chat');
    listening.process.stdin?.write('/ping\n');
    await listening.sees(/pong/);
    const waiting = say(sandbox, '/run stuck go\n');
    await waiting.sees(/waiting for its turn/);
    await service.kill();
    for (const child of [listening, waiting]) {
      const { code, stderr } = await child.finished;
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: expect.stringMatching(/^error: the service has stopped;/),
      });
    }
    expect(await say(sandbox, '/ping\n').finished).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('service not running'),
    });
  });
});

describe('what is heard', () => {
  const working = terminalAnswer('⏳ waiting for its turn', {
    key: `run:${NEW_RUN}:terminal/0:0`,
    kind: 'working',
    run: NEW_RUN,
    buttons: [{ label: 'Cancel', command: `/cancel ${NEW_RUN}` }],
  });
  const final: TerminalMessage = { ...working, kind: 'final', text: 'the answer', buttons: [] };

  test('comes behind the answer, even where it was said before it', async () => {
    const { folder: cwd } = await served({
      say: (_text, { tell }) => {
        tell({ ...working, text: '⏳ codex is working' });
        tell(final);
        return [working];
      },
    });
    expect(await command(['chat', 'go'], { cwd })).toEqual({
      code: 0,
      stdout: `⏳ waiting for its turn\n[Cancel] /cancel ${NEW_RUN}\nthe answer\n`,
      stderr: '',
    });
  });

  test('of runs that others began is left out, and so are notices', async () => {
    const other = { ...final, key: `run:${LIVE_RUN}:terminal/0:0`, run: LIVE_RUN, text: 'not for you' };
    const { folder: cwd } = await served({
      say: (_text, { tell }) => {
        tell(other);
        tell(terminalAnswer('a notice', { kind: 'notice' }));
        tell(final);
        return [working];
      },
    });
    const { stdout } = await command(['chat'], { cwd, stdin: 'go\n' });
    expect(stdout).toMatch(/the answer\n$/);
    expect(stdout).not.toMatch(/not for you|a notice/);
  });

  test('cannot repaint a terminal', async () => {
    const { folder: cwd } = await served({
      say: () => [
        terminalAnswer('a\u001b[2Jb\u202ec\n\td', { buttons: [{ label: 'Lo\u0007g', command: '/log 1' }] }),
      ],
    });
    expect((await command(['chat', 'x'], { cwd, terminal: true, env: { NO_COLOR: '1' } })).stdout).toMatch(
      /ab\\u202ec\n\td\n.*\[Lo\\x07g\] \/log 1/,
    );
    expect((await command(['chat', 'x'], { cwd })).stdout).toContain('a\u001b[2Jb\u202ec\n\td\n');
  });

  test('of a run at work is news to a terminal, unless only time went by', async () => {
    const { folder: cwd } = await served({
      say: (_text, { tell }) => {
        tell({ ...working, text: '⏳ codex is working\ncodex · 👤 manual' });
        tell({ ...working, text: '⏳ codex is working · 5s\ncodex · 👤 manual', elapsed: ' · 5s' });
        tell({
          ...working,
          text: '⏳ codex is working · step 1 · 1m 5s\nreads a.ts\ncodex · 👤 manual',
          elapsed: ' · 1m 5s',
        });
        tell({
          ...working,
          text: '⏳ codex is working · step 1 · 2m\nreads a.ts\ncodex · 👤 manual',
          elapsed: ' · 2m',
        });
        tell(final);
        return [working];
      },
    });
    expect((await command(['chat', 'go'], { cwd, terminal: true })).stdout.split('\n').slice(2)).toEqual([
      '⏳ codex is working',
      'codex · 👤 manual',
      '⏳ codex is working · step 1 · 1m 5s',
      'reads a.ts',
      'the answer',
      '',
    ]);
  });

  test('may end with the service: exit 3', async () => {
    const { folder: cwd } = await served({ say: () => [working], deafAfter: 0 });
    expect(await command(['chat', 'go'], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^error: the service has stopped/),
    });
  });
});

test('each thing is said under a name of its own', async () => {
  const { folder: cwd, asked } = await served();
  await command(['chat'], { cwd, stdin: 'one\n  \ntwo' });
  const said = asked.filter(({ method }) => method === 'say').map(({ argument }) => argument);
  expect(said).toEqual([
    { text: 'one', request: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    { text: 'two', request: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
  expect(new Set(said.map((one) => (one as { request: string }).request)).size).toBe(2);
});

test('a line that cannot be said is complained of, and the next one is said', async () => {
  const { folder: cwd } = await served({
    say: (text) => {
      if (text === 'one') throw new AppError('unavailable', 'the store is away');
      return [terminalAnswer('pong')];
    },
  });
  expect(await command(['chat'], { cwd, stdin: 'one\ntwo\n' })).toEqual({
    code: 1,
    stdout: 'pong\n',
    stderr: 'error: the store is away\n',
  });
});
