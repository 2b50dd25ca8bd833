/** What hooks do to runs of the running service, and what a bad file of them does to hooks. */
import { chmod, rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Service } from '../support/untether.ts';
import { eventually, isAlive, Sandbox } from '../support/untether.ts';

const base = `
[triggers.server]
port = 0
[secrets]
deploy_key = "correct-horse"
[engines.echo]
command = ["cat"]
[projects.shop]
path = "."
hooks = "shop-hooks.toml"
[[triggers.crons]]
id = "deploy"
schedule = "0 0 1 1 *"
project = "shop"
action = "command"
command = ["sh", "-c", "echo color=$COLOR >> ran"]
[[triggers.webhooks]]
id = "push"
path = "/push"
secret = "pass-word"
project = "shop"
action = "command"
command = ["sh", "-c", "echo $1 >> ran # correct-horse", "sh", "{{secrets.deploy_key}}"]
[[triggers.crons]]
id = "slow"
schedule = "0 0 1 1 *"
action = "command"
command = ["sh", "-c", "until [ -e go ]; do sleep 0.05; done"]
[[triggers.crons]]
id = "fails"
schedule = "0 0 1 1 *"
action = "command"
command = ["sh", "-c", "echo oh; exit 3"]
[[triggers.crons]]
id = "ask"
schedule = "0 0 1 1 *"
action = "agent_run"
engine = "echo"
prompt = "say hello"
`;

interface Row {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
}

async function world(files: Readonly<Record<string, string>>): Promise<Sandbox> {
  const sandbox = await Sandbox.make(base);
  for (const [name, text] of Object.entries({ 'shop-hooks.toml': '', ...files })) {
    await sandbox.write(name, text);
    if (name.endsWith('.sh')) await chmod(sandbox.path(name), 0o755);
  }
  return sandbox;
}

/** Runs a trigger and answers with how that ended. */
async function outcomeOf(sandbox: Sandbox, trigger: string): Promise<Row> {
  const taken = await sandbox.json<{ run: string }>('fire', trigger);
  let row: Row | undefined;
  await eventually(`the run of ${trigger} ends`, async () => {
    row = (await sandbox.json<Row[]>('runs')).find(({ id }) => id === taken.run);
    return row !== undefined && !['scheduled', 'queued', 'running'].includes(row.state);
  });
  if (row === undefined) throw new Error('there is no such run');
  return row;
}

/** Says something in the terminal's chat, and answers with what is said in return. */
async function say(sandbox: Sandbox, line: string): Promise<string> {
  const chat = sandbox.spawn('chat');
  chat.process.stdin?.end(`${line}\n`);
  return (await chat.finished).stdout;
}

const script = (body: string): string => `#!/bin/sh\n${body}\n`;
const before = (body: string, more = ''): Record<string, string> => ({
  'hooks.toml': `[[before_run]]\ncommand = ["./hook.sh"]\n${more}`,
  'hook.sh': script(body),
});
const denial = (reason: string): string => `echo '{"decision": "deny", "reason": "${reason}"}'`;

function saw(service: Service, pattern: RegExp): Promise<void> {
  return eventually(`the log says ${String(pattern)}`, async () =>
    pattern.test(service.child.stdout + service.child.stderr),
  );
}

it('asks the hooks beside a project, tells them of the run, and leaves out what they deny, with the reason', async () => {
  await using sandbox = await world({
    'shop-hooks.toml': '[[before_run]]\nname = "friday"\ncommand = ["./friday.sh", "evening"]\n',
    'friday.sh': script(`cat > "told-$1"; env > hook-env; ${denial('no pushes on Friday evenings')}`),
  });
  await sandbox.start();
  const run = await outcomeOf(sandbox, 'deploy');
  expect(run).toMatchObject({
    state: 'skipped',
    reason: 'hook friday denied: no pushes on Friday evenings',
  });
  expect(await sandbox.read('ran')).toBe('');
  expect(JSON.parse(await sandbox.read('told-evening'))).toMatchObject({
    event: 'before_run',
    run: run.id,
    trigger: 'manual:deploy',
    for: 'cron:deploy',
    source: 'manual',
    project: 'shop',
    action: 'command',
    attempt: 1,
    payload: null,
  });
  expect(await sandbox.read('hook-env')).toContain(`UNTETHER_RUN_ID=${run.id}`);
  expect((await outcomeOf(sandbox, 'fails')).state).toBe('failed');
});

it('hands the payload over as a file, tells no secret, and names the hook where somebody asks why', async () => {
  await using sandbox = await world({
    'shop-hooks.toml': '[[before_run]]\nname = "gate"\ncommand = ["./gate.sh"]\n',
    'gate.sh': script(
      `cat > told; env >> told; cat "$UNTETHER_PAYLOAD" > body; echo '{"decision":"deny","reason":"correct-horse is no reason"}'`,
    ),
  });
  const service = await sandbox.start();
  const push = { authorization: 'Bearer pass-word', 'content-type': 'application/json' };
  expect((await service.post('/push', '{"ref":"main"}', push)).status).toBe(202);
  await eventually('the run is skipped', async () =>
    (await sandbox.json<Row[]>('runs')).some(({ state }) => state === 'skipped'),
  );
  const { sentence } = await sandbox.json<{ sentence: string }>('why', 'webhook:push');
  expect(sentence).toMatch(/not run \(skipped\): hook gate denied: \S+ is no reason/);
  expect(sentence).not.toContain('correct-horse');
  expect(await sandbox.read('body')).toBe('{"ref":"main"}');
  const told = await sandbox.read('told');
  expect(told).toContain('"payload":{"file":"');
  expect(told).toContain('{{secrets.deploy_key}}');
  expect(told).not.toMatch(/correct-horse|pass-word/);
});

it('ends a hook with the run that is cancelled while it is asked', async () => {
  await using sandbox = await world(before('echo $$ > pid; sleep 1000'));
  await sandbox.start();
  const { run } = await sandbox.json<{ run: string }>('fire', 'deploy');
  await eventually('the hook runs', async () => (await sandbox.read('pid')) !== '');
  expect(await sandbox.json<Row>('cancel', run)).toMatchObject({ state: 'cancelled' });
  expect(await isAlive(Number(await sandbox.read('pid')))).toBe(false);
});

it('tells the end of a run to the hooks it began with, whatever is saved meanwhile', async () => {
  await using sandbox = await world({
    'hooks.toml': '[[after_run]]\ncommand = ["sh", "-c", "cat > old"]\n',
  });
  await sandbox.start();
  const slow = await sandbox.json<{ run: string }>('fire', 'slow');
  await eventually('it runs', async () =>
    (await sandbox.json<Row[]>('runs')).some(({ state }) => state === 'running'),
  );
  await sandbox.write('hooks.toml', '[[after_run]]\ncommand = ["sh", "-c", "cat > new"]\n');
  expect((await sandbox.run('reload', 'hooks')).code).toBe(0);
  await sandbox.write('go', '');
  await eventually('the old hook is told', async () => (await sandbox.read('old')).includes(slow.run));
  expect(await sandbox.read('new')).toBe('');
});

it('gives the run the variables and the prompt that hooks answer with, as texts and never as templates', async () => {
  await using sandbox = await world({
    'hooks.toml': `
[[before_run]]
command = ["./color.sh"]
[[before_run]]
command = ["./prompt.sh"]
`,
    'color.sh': script(`echo '{"env": {"COLOR": "{{run_id}} blue"}}'`),
    'prompt.sh': script(
      `grep -q agent_run && echo '{"decision": "allow", "prompt": "say {{trigger_id}}"}'; exit 0`,
    ),
  });
  await sandbox.start();
  expect((await outcomeOf(sandbox, 'deploy')).state).toBe('succeeded');
  expect(await sandbox.read('ran')).toBe('color={{run_id}} blue\n');
  const asked = await outcomeOf(sandbox, 'ask');
  expect(asked.state).toBe('succeeded');
  expect((await sandbox.run('logs', asked.id)).stdout).toContain('say {{trigger_id}}');
});

it.each([
  ['crashes', 'echo no network >&2; exit 7', '', /^hook failed: \.\/hook\.sh: exit 7: no network$/],
  ['takes too long', 'sleep 60', 'timeout = "300ms"\n', /^hook failed: .*timeout after 300ms$/],
  ['ignores SIGTERM', `trap '' TERM; while :; do sleep 0.1; done`, 'timeout = "300ms"\n', /timeout after/],
  ['answers in Latin-1', `printf '{"env": {"COLOR": "\\351"}}'`, '', /its answer is no UTF-8$/],
  ['prints garbage', 'echo everything is fine', '', /^hook failed: .*its answer is no JSON object$/],
  [
    'answers with an unknown key',
    `echo '{"decison": "deny"}'`,
    '',
    /no key "decison"; did you mean "decision"\?$/,
  ],
  ['prints without end', 'yes', '', /it printed more than 256 KB$/],
  ['prints much at once', 'head -c 300000 /dev/zero', '', /it printed more than 256 KB$/],
])('denies the run when a hook %s', async (_what, body, ...[more, reason]) => {
  await using sandbox = await world(before(body, more));
  await sandbox.start();
  expect(await outcomeOf(sandbox, 'deploy')).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(reason),
  });
  expect(await sandbox.read('ran')).toBe('');
});

it('denies the run when the program of a hook is not there, and lets it go on where that is allowed', async () => {
  await using sandbox = await world({ 'hooks.toml': '[[before_run]]\ncommand = ["./gone.sh"]\n' });
  const service = await sandbox.start();
  expect(await outcomeOf(sandbox, 'deploy')).toMatchObject({
    state: 'failed',
    reason: 'hook failed: ./gone.sh: ./gone.sh does not exist',
  });
  await sandbox.write('hooks.toml', '[[before_run]]\ncommand = ["./gone.sh"]\non_error = "allow"\n');
  expect((await sandbox.run('reload', 'hooks')).stdout).toContain('hooks reloaded: 1 (before_run 1)');
  expect((await outcomeOf(sandbox, 'deploy')).state).toBe('succeeded');
  await saw(service, /hook failed, and the run goes on/);
});

it('tells hooks of the end of a run, of a failure, and of a reload', async () => {
  await using sandbox = await world({
    'hooks.toml': `
[[after_run]]
command = ["sh", "-c", "cat >> after; echo >> after"]
[[on_failure]]
command = ["sh", "-c", "cat >> failure"]
[[on_reload]]
command = ["sh", "-c", "cat >> reload"]
`,
  });
  await sandbox.start();
  const good = await outcomeOf(sandbox, 'deploy');
  await eventually('the hook is told', async () => (await sandbox.read('after')).includes(good.id));
  const bad = await outcomeOf(sandbox, 'fails');
  await eventually('the hook is told', async () => (await sandbox.read('failure')).endsWith('}\n'));
  expect(JSON.parse(await sandbox.read('failure'))).toMatchObject({
    event: 'on_failure',
    run: bad.id,
    state: 'failed',
    reason: 'exit 3',
    exit_code: 3,
    output: expect.stringContaining(bad.id),
  });
  await eventually('both ends are told', async () => (await sandbox.read('after')).includes(bad.id));
  expect(await sandbox.read('failure')).not.toContain(good.id);
  await sandbox.save(base.replace('id = "ask"', 'id = "asked"'));
  await eventually('the hook is told', async () => (await sandbox.read('reload')).endsWith('}\n'));
  expect(JSON.parse(await sandbox.read('reload'))).toMatchObject({
    event: 'on_reload',
    ok: true,
    added: ['cron:asked'],
    removed: ['cron:ask'],
  });
});

it('takes a save within two seconds; a broken one changes nothing and names the place; a lost file neither', async () => {
  await using sandbox = await world(before(denial('first')));
  const service = await sandbox.start();
  expect((await outcomeOf(sandbox, 'deploy')).reason).toMatch(/denied: first$/);

  await sandbox.write('second.sh', script(denial('second')));
  await chmod(sandbox.path('second.sh'), 0o755);
  const savedAt = performance.now();
  for (let save = 0; save < 5; save++)
    await sandbox.write('hooks.toml', `[[before_run]]\ncommand = ["./second.sh"]\nname = "${save}"\n`);
  await saw(service, /hooks in force[^]*hooks in force/);
  expect(performance.now() - savedAt).toBeLessThan(2_000);
  expect((await outcomeOf(sandbox, 'deploy')).reason).toBe('hook 4 denied: second');
  expect((service.child.stdout + service.child.stderr).match(/hooks in force/g)).toHaveLength(2);

  await sandbox.write('hooks.toml', '[[before_run]]\ncommand = ["true"]\ntimout = "1s"\n');
  const typo = await sandbox.run('reload', 'hooks');
  expect(typo.code).toBe(78);
  expect(typo.stdout).toMatch(
    /hooks\.toml line 3:1 before_run\[0\]\.timout: there is no such key; did you mean "timeout"\?/,
  );
  await sandbox.write('hooks.toml', '[[before_run]\n');
  expect((await sandbox.run('reload', 'hooks')).stdout).toMatch(
    /stay in force: 1 .*line 1:\d+: not valid TOML/s,
  );
  expect((await sandbox.run('check')).code).toBe(78);
  expect((await outcomeOf(sandbox, 'deploy')).reason).toBe('hook 4 denied: second');

  expect(await say(sandbox, '/reload hooks')).toMatch(
    /hooks not reloaded, those before stay in force: 1 \(before_run 1\)/,
  );

  await rm(sandbox.path('hooks.toml'));
  await saw(service, /the file is gone; the hooks that it had stay in force/);
  expect((await outcomeOf(sandbox, 'deploy')).reason).toBe('hook 4 denied: second');
  expect(await say(sandbox, '/reload hooks')).toMatch(/hooks reloaded: 1 .*the file is gone/s);
  await service.stop();
  await sandbox.start();
  expect((await outcomeOf(sandbox, 'deploy')).reason).toMatch(/^hook failed: .*hooks\.toml.*had hooks when/);
  expect(await say(sandbox, '/reload hooks --empty')).toContain('hooks reloaded: 0');
  expect((await sandbox.run('reload', 'hooks', '--empty')).stdout).toContain('hooks reloaded: 0');
  expect((await outcomeOf(sandbox, 'deploy')).state).toBe('succeeded');
});

it('reads JSON that is named, not what another program may have left there, and refuses a save of the configuration that names a file which is not there', async () => {
  await using sandbox = await world({ 'hook.sh': script(denial('by JSON')) });
  await sandbox.write('hooks.json', '{"before_run": [{"command": ["./hook.sh"]}]}');
  const service = await sandbox.start();
  expect((await outcomeOf(sandbox, 'deploy')).state).toBe('succeeded');
  await sandbox.save(`hooks = "hooks.json"\n${base}`);
  await sandbox.run('reload');
  expect((await outcomeOf(sandbox, 'deploy')).reason).toMatch(/denied: by JSON$/);
  await sandbox.write('hooks.json', '{"before_run": [{"command": ["./hook.sh"]}],\n "before_run": []}');
  const report = await sandbox.json<{ ok: boolean }>('status').then(() => sandbox.run('reload', 'hooks'));
  expect(report.stdout).toMatch(/hooks\.json line 2:2: not valid JSON: "before_run" stands there twice/);

  await sandbox.save(`hooks = "elsewhere.toml"\n${base}`);
  await saw(service, /configuration refused/);
  expect((await outcomeOf(sandbox, 'deploy')).reason).toMatch(/denied: by JSON$/);
  await sandbox.write('elsewhere.toml', '');
  expect((await sandbox.run('reload')).stdout).toContain('hooks reloaded: 0');
  expect((await outcomeOf(sandbox, 'deploy')).state).toBe('succeeded');
});

it('denies everything that a file of hooks is about which was broken from the start', async () => {
  await using sandbox = await world({ 'shop-hooks.toml': 'before_run = 1' });
  await sandbox.start();
  expect(await outcomeOf(sandbox, 'deploy')).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(/^hook failed: .*shop-hooks\.toml:1:1: before_run: expected a list/),
  });
  expect((await outcomeOf(sandbox, 'ask')).state).toBe('succeeded');
});
