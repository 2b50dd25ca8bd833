/** Programs at their worst, all at once in one service: each run ends with its outcome and a reason, and no other is disturbed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../support/untether.ts';
import { Sandbox, eventually, isAlive } from '../support/untether.ts';

interface RunRow {
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: ReadonlyArray<{ readonly exitCode: number | null; readonly endedBy: string | null }>;
  readonly output: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

interface Case {
  /** argv as it stands in the file. */
  readonly command: string;
  /** Further keys of the webhook. */
  readonly keys?: string;
  readonly payload?: string;
  readonly ends: {
    readonly state: string;
    readonly reason: string | RegExp | null;
    readonly endedBy?: string;
  };
  /** Names of files that hold the ids of processes, and whether those live on. */
  readonly processes?: Readonly<Record<string, boolean>>;
}

const sh = (script: string): string => `["sh", "-c", '''${script}''']`;
const IGNORE = 'trap "" TERM';
const timeout = 'timeout = "1s"\nkill_grace = "200ms"';
const timedOut = { state: 'failed', reason: 'timeout after 1s', endedBy: 'timeout' } as const;
const succeeded = { state: 'succeeded', reason: null } as const;
const failed = (reason: string | RegExp): Case['ends'] => ({ state: 'failed', reason });

const cases: Readonly<Record<string, Case>> = {
  'ignores-sigterm': {
    command: sh(`${IGNORE}; echo $$ > stubborn; while :; do sleep 1; done`),
    keys: timeout,
    ends: timedOut,
    processes: { stubborn: false },
  },
  'forks-grandchildren-that-ignore-it': {
    command: sh(`(${IGNORE}; sh -c 'echo $$ > grandchild; exec sleep 600') & sleep 600`),
    keys: timeout,
    ends: timedOut,
    processes: { grandchild: false },
  },
  'exits-while-a-child-lives-and-holds-its-output': {
    command: sh('sleep 600 & echo $! > child; echo done'),
    ends: succeeded,
    processes: { child: true },
  },
  'forks-twice-into-a-session-of-its-own': {
    command: sh('setsid sh -c "echo \\$\\$ > daemon; exec sleep 600" & sleep 0.3; exit 4'),
    ends: failed('exit 4'),
    processes: { daemon: true },
  },
  'leaves-a-zombie': {
    command: sh('sh -c "sh -c : & exec sleep 0.3" & wait; echo over'),
    ends: succeeded,
  },
  'reads-no-input-of-a-megabyte': {
    command: sh('exec < /dev/null; sleep 0.2; exit 5'),
    keys: 'stdin = "payload"\nmax_body_bytes = 2000000',
    payload: JSON.stringify('x'.repeat(1_000_000)),
    ends: failed('exit 5'),
  },
  'closes-its-output': { command: sh('exec >&- 2>&-; sleep 0.2'), ends: succeeded },
  'kills-itself': { command: sh('kill -SEGV $$'), ends: failed('killed by SIGSEGV') },
  'is-not-there': { command: '["no-such-program"]', ends: failed('no-such-program: not found in PATH') },
  'may-not-be-executed': { command: '["./plain"]', ends: failed('./plain: found, but may not be executed') },
  // execvp(3) hands what the kernel does not know to the shell, as every shell does.
  'is-no-program': { command: '["./garbage"]', ends: failed(/^exit 12[67]$/) },
  'has-no-interpreter': {
    command: '["./orphan"]',
    ends: failed(/^\.\/orphan: the interpreter .* does not exist$/),
  },
  'has-no-folder': {
    command: '["true"]',
    keys: 'cwd = "gone"',
    ends: failed(/^cwd .*\/gone does not exist$/),
  },
  'has-too-long-an-argument': {
    command: '["true", "{{big}}"]',
    payload: JSON.stringify({ big: 'x'.repeat(300_000) }),
    ends: failed('true: its arguments and environment are too long'),
  },
  'floods-its-output': {
    command: sh('i=0; while [ $i -lt 20000 ]; do echo "line $i of a flood"; i=$((i+1)); done'),
    keys: 'max_output_bytes = 4096',
    ends: succeeded,
  },
};

describe('a program that', () => {
  let sandbox: Sandbox;
  let service: Service;
  beforeAll(async () => {
    const hook = (id: string, body: string): string =>
      `\n[[triggers.webhooks]]\nid = "${id}"\npath = "/${id}"\nauth = "none"\naction = "command"\n${body}\n`;
    const all = Object.entries(cases).map(([id, { command, keys = '' }]) =>
      hook(id, `command = ${command}\n${keys}`),
    );
    sandbox = await Sandbox.make(
      `[limits]\nmax_concurrent = 64\n[triggers.server]\nport = 0\nrate_limit = 1000000\n${all.join('')}${hook('quiet', 'command = ["true"]')}`,
    );
    await writeFile(join(sandbox.folder, 'plain'), 'echo');
    await writeFile(join(sandbox.folder, 'garbage'), Buffer.from([0, 1, 2, 3]), { mode: 0o700 });
    await writeFile(join(sandbox.folder, 'orphan'), '#!/no/such/interpreter\n', { mode: 0o700 });
    service = await sandbox.start();
  });
  afterAll(async () => {
    for (const { processes = {} } of Object.values(cases))
      for (const [name, lives] of Object.entries(processes))
        if (lives) process.kill(await pidIn(name), 'SIGKILL');
    await sandbox[Symbol.asyncDispose]();
  });

  const pidIn = async (name: string): Promise<number> => {
    const pid = Number(await sandbox.read(name));
    expect(pid).toBeGreaterThan(1);
    return pid;
  };

  async function deliver(id: string, payload = '{}'): Promise<string> {
    const reply = await service.post(`/${id}`, payload, { 'content-type': 'application/json' });
    expect(reply.status, reply.body).toBe(202);
    return (JSON.parse(reply.body) as { readonly run: string }).run;
  }

  async function ended(run: string): Promise<RunRow> {
    const over = async (): Promise<boolean> => (await sandbox.json<RunRow>('runs', run)).endedAt !== null;
    await eventually(`run ${run} has ended`, over);
    return sandbox.json<RunRow>('runs', run);
  }

  it.concurrent.each(Object.entries(cases))(
    '%s',
    { timeout: 60_000 },
    async (id, { payload, ends, processes }) => {
      const run = await deliver(id, payload);
      const quiet = await deliver('quiet');
      const row = await ended(run);
      expect(row.state).toBe(ends.state);
      if (ends.reason instanceof RegExp) expect(row.reason).toMatch(ends.reason);
      else expect(row.reason).toBe(ends.reason);
      expect(row.attempts.map(({ endedBy }) => endedBy)).toEqual([ends.endedBy ?? null]);
      for (const [name, lives] of Object.entries(processes ?? {}))
        expect(await isAlive(await pidIn(name)), name).toBe(lives);
      const beside = await ended(quiet);
      expect(beside).toMatchObject({ state: 'succeeded', reason: null });
      expect(Date.parse(beside.endedAt ?? '') - Date.parse(beside.startedAt)).toBeLessThan(5_000);
    },
  );
});
