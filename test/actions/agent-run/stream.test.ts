/** Holds agents whose stream is known to their promises, with recorded streams of the real ones. */
import { fileURLToPath } from 'node:url';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LINGER_MS } from '../../../src/actions/agent-run/linger.ts';
import { MAX_STREAM_BYTES } from '../../../src/actions/agent-run/stream.ts';
import type { AgentAction, EngineSpec } from '../../../src/core/action.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { noUsage } from '../../../src/core/agent.ts';
import { Bench } from '../attempt.ts';
import type { AttemptOptions } from '../attempt.ts';

const REPLAY = fileURLToPath(new URL('../../fixtures/engines/replay.mjs', import.meta.url));
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/engines/${name}.jsonl`, import.meta.url));

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});
beforeEach(() => {
  bench.progress.length = 0;
});

/** Ids of the processes that have this text in their environment. */
async function processesWith(text: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')] as const),
  );
  return environments.filter(([, environ]) => environ.includes(text)).map(([pid]) => pid);
}

/** A clock on which waiting takes a twentieth of the time. */
const HURRY = 20;
const hurried: Clock = { ...systemClock, after: (delayMs, fire) => systemClock.after(delayMs / HURRY, fire) };

interface Played extends Partial<AgentAction> {
  /** A recorded stream, `ENGINE/NAME`. */
  readonly stream: string;
  /** Another file in its place. */
  readonly file?: string;
  readonly env?: EngineSpec['env'];
}

/** An agent that prints a recorded stream; its prompt goes to stdin. */
function played({ stream, file = fixture(stream), env = {}, ...more }: Played): AgentAction {
  const engine: EngineSpec = {
    name: 'mine',
    command: [process.execPath, REPLAY, file],
    output: `jsonl:${stream.split('/')[0] ?? ''}`,
    env,
  };
  return {
    kind: 'agent_run',
    engine,
    prompt: 'do it',
    cwd: bench.folder,
    untrusted: false,
    ...more,
  };
}

const play = (what: Played, options: AttemptOptions = {}): ReturnType<Bench['execute']> =>
  bench.execute(played(what), options);

describe('an agent that is heard', () => {
  test('answers with its session, model and what it consumed', async () => {
    const { kind, agent, exitCode } = await play({ stream: 'claude/fresh' });
    expect({ kind, exitCode }).toEqual({ kind: 'succeeded', exitCode: 0 });
    expect(agent).toMatchObject({ engine: 'mine', session: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(agent?.answer).toEqual(expect.stringMatching(/\S/));
    expect(agent?.usage.inputTokens).toBeGreaterThan(0);
    expect(agent?.usage.outputTokens).toBeGreaterThan(0);
  });

  test('tells how far it is, and writes what it does and says as text', async () => {
    const { agent } = await play({ stream: 'claude/fresh' });
    expect(bench.progress.at(-1)?.steps).toBeGreaterThan(0);
    const output = await bench.output();
    expect(output).toMatch(/^▸ \w+: /m);
    expect(output).toContain(agent?.answer);
    expect(output).not.toContain('"type"');
  });

  test('survives noise in its stream, which is shown', async () => {
    const { kind, agent } = await play({ stream: 'claude/fresh', env: { REPLAY_NOISE: '1' } });
    expect(kind).toBe('succeeded');
    expect(agent?.answer).toEqual(expect.stringMatching(/\S/));
  });

  test.each(['claude/error-401', 'codex/error-401', 'gemini/error-401', 'opencode/error-401'])(
    'that reports an error (%s) fails with its words',
    async (stream) => {
      const { kind, reason } = await play({ stream, env: { REPLAY_EXIT: '1' } });
      expect(kind).toBe('failed');
      expect(reason).toMatch(/401|auth|key|credential/i);
    },
  );

  test('is done when it has answered, although its program lingers', async () => {
    const env = { REPLAY_LINGER_MS: '600000', REPLAY_RECORD: bench.path('lingering.json') };
    const { kind, agent, reason } = await play({ stream: 'claude/fresh', env }, { clock: hurried });
    expect({ kind, reason }).toEqual({ kind: 'succeeded', reason: null });
    expect(agent?.answer).toEqual(expect.stringMatching(/\S/));
    expect(await processesWith(bench.path('lingering.json'))).toEqual([]);
  });

  test('is heard to its last answer when a task in the background takes long', async () => {
    // The first answer is in line 8, and nothing is told between that and the end of the task.
    const env = { REPLAY_PAUSE: `9:${(3 * LINGER_MS) / HURRY}` };
    const { kind, agent } = await play({ stream: 'claude/background', env }, { clock: hurried });
    expect({ kind, answer: agent?.answer }).toEqual({ kind: 'succeeded', answer: 'It woke.' });
    expect(agent?.usage).toMatchObject({ inputTokens: 420, outputTokens: 60 });
  });

  test('is heard to its last answer when it works again and says nothing for long', async () => {
    const env = { REPLAY_PAUSE: `14:${(3 * LINGER_MS) / HURRY}` };
    const { kind, agent } = await play({ stream: 'claude/background', env }, { clock: hurried });
    expect({ kind, answer: agent?.answer }).toEqual({ kind: 'succeeded', answer: 'It woke.' });
  });

  test('is done with the answer that is there when a task in the background never ends', async () => {
    const lines = (await readFile(fixture('claude/background'), 'utf8')).split('\n').slice(0, 8);
    const file = bench.path('server.jsonl');
    await writeFile(file, lines.join('\n'));
    const env = { REPLAY_LINGER_MS: '600000' };
    const { kind, agent } = await play({ stream: 'claude/background', file, env }, { clock: hurried });
    expect({ kind, answer: agent?.answer }).toEqual({ kind: 'succeeded', answer: 'I wait for it.' });
  });

  test('keeps an answer that is there when its program ends badly', async () => {
    expect(await play({ stream: 'claude/fresh', env: { REPLAY_EXIT: '3' } })).toMatchObject({
      kind: 'succeeded',
      exitCode: 3,
      reason: 'exit 3 after its answer',
    });
  });

  test('is ended beyond the tokens that one run may use', async () => {
    const budget = { tokensPerRun: 1, over: 'skip' } as const;
    const env = { REPLAY_LINGER_MS: '600000' };
    expect(await play({ stream: 'claude/fresh', budget, env })).toMatchObject({
      kind: 'failed',
      endedBy: 'budget',
      reason: expect.stringMatching(/^budget: \d+ tokens, and 1 are allowed$/),
    });
  });

  test('that was told to end keeps its session and what it consumed', async () => {
    const running = play({
      stream: 'claude/fresh',
      env: { REPLAY_DELAY_MS: '50', REPLAY_LINGER_MS: '600000' },
    });
    while (bench.progress.length === 0) await new Promise((resolve) => setImmediate(resolve));
    bench.end('cancel');
    const { agent } = await running;
    expect(agent?.session).toEqual(expect.stringMatching(/\S/));
  });

  test('that is not there fails with a sentence that names it', async () => {
    const engine: EngineSpec = {
      name: 'claude',
      builtin: 'claude',
      command: ['no-such-agent'],
      output: 'jsonl:claude',
      env: {},
    };
    const outcome = await bench.execute({ ...played({ stream: 'claude/fresh' }), engine });
    expect(outcome.kind).toBe('failed');
    expect(outcome.reason).toContain('no-such-agent');
  });
});

describe('a session', () => {
  const builtin = (more: Partial<AgentAction>): AgentAction => ({
    ...played({ stream: 'claude/fresh', ...more, env: {} }),
    engine: {
      name: 'claude',
      builtin: 'claude',
      command: [process.execPath, REPLAY, fixture('claude/fresh')],
      output: 'jsonl:claude',
      env: { REPLAY_RECORD: bench.path('argv.json') },
    },
  });
  const argvOf = async (): Promise<readonly string[]> =>
    (JSON.parse(await readFile(bench.path('argv.json'), 'utf8')) as { argv: string[] }).argv;

  test('is continued where the run says so', async () => {
    await bench.execute(builtin({ continues: { kind: 'trigger' } }), {
      session: { id: 'abc-123', usage: noUsage },
    });
    expect((await argvOf()).join(' ')).toContain('--resume abc-123');
  });

  test('begins anew where there is none yet', async () => {
    await bench.execute(builtin({ continues: { kind: 'trigger' } }));
    expect((await argvOf()).join(' ')).not.toContain('--resume');
  });

  test('that a reply asks for and no run has told fails, and starts nothing', async () => {
    const run = '01a201c8-3574-7492-ab31-15f90b82ebc9' as never;
    expect(await bench.execute(builtin({ continues: { kind: 'run', run } }))).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no session'),
    });
  });

  test('of a prompt from outside gets tools that only read', async () => {
    await bench.execute(builtin({ tools: { kind: 'read-only' } }));
    expect((await argvOf()).join(' ')).not.toMatch(/--allowedTools\S*[ =]\S*(Bash|Write|Edit)/);
  });
});

describe('the usage of a session that goes on', () => {
  const id = '01a21485-470d-7c13-a4bf-f10f7c73ff8e';
  const session = { id, usage: { inputTokens: 200, outputTokens: 40, costUsd: null } };
  const resumed: Played = { stream: 'codex/resumed', continues: { kind: 'trigger' } };

  test('is what this run consumed, although codex tells that of all its runs', async () => {
    const { agent } = await play(resumed, { session });
    expect(agent?.usage).toEqual({ inputTokens: 200, outputTokens: 40, costUsd: null });
  });

  test('is held against the budget of a run in the same way', async () => {
    const budget = { tokensPerRun: 240, over: 'skip' } as const;
    expect(await play({ ...resumed, budget }, { session })).toMatchObject({ kind: 'succeeded' });
    expect(await play({ ...resumed, budget: { ...budget, tokensPerRun: 239 } }, { session })).toMatchObject({
      endedBy: 'budget',
      reason: 'budget: 240 tokens, and 239 are allowed',
    });
  });

  test('is all that was told where the agent began another session', async () => {
    const { agent } = await play(resumed, { session: { ...session, id: 'another' } });
    expect(agent?.usage).toEqual({ inputTokens: 400, outputTokens: 80, costUsd: null });
  });

  test('is never below zero', async () => {
    const usage = { ...session.usage, inputTokens: 900 };
    const { agent } = await play(resumed, { session: { id, usage } });
    expect(agent?.usage).toEqual({ inputTokens: 0, outputTokens: 40, costUsd: null });
  });

  test('is as it was told by an engine that tells that of the run', async () => {
    const claude = '26dd8979-e129-4df3-937d-83a7fb9038ae';
    const { agent } = await play({ stream: 'claude/resumed' }, { session: { ...session, id: claude } });
    expect(agent?.usage).toMatchObject({ inputTokens: 280, outputTokens: 40 });
  });
});

describe('an agent that prints text', () => {
  test('answers with what it printed', async () => {
    const engine: EngineSpec = { name: 'echo', command: ['cat'], output: 'text', env: {} };
    const outcome = await bench.execute({ ...played({ stream: 'claude/fresh' }), engine });
    expect(outcome).toMatchObject({
      kind: 'succeeded',
      agent: { engine: 'echo', answer: 'do it', session: null },
    });
  });
});

test.runIf(process.env['UNTETHER_TEST_LONG'] !== undefined)(
  'an agent that floods its stream is ended before it fills the disk',
  { timeout: 60_000 },
  async () => {
    const engine: EngineSpec = {
      name: 'flood',
      command: ['sh', '-c', 'head -c 400000000 /dev/zero; sleep 60'],
      output: 'jsonl:claude',
      env: {},
    };
    const outcome = await bench.execute({ ...played({ stream: 'claude/fresh' }), engine });
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: `its stream is longer than ${MAX_STREAM_BYTES} bytes`,
    });
  },
);
