import { describe, expect, it, test } from 'vitest';
import { triggerId } from '../../src/core/ids.ts';
import type { RunPolicy } from '../../src/core/action.ts';
import { defaultMissed, defaultOverlap, defaultPolicy } from '../../src/core/policy.ts';
import type { CronTrigger, WebhookTrigger } from '../../src/core/trigger.ts';
import { cron, loaded, NOW_MS, said, webhook } from './support/load.ts';

async function aCron(...lines: readonly string[]): Promise<CronTrigger> {
  const { snapshot } = await loaded(cron('a', ...lines));
  return snapshot.crons.get(triggerId('cron', 'a'))!;
}

async function aWebhook(...lines: readonly string[]): Promise<WebhookTrigger> {
  const { snapshot } = await loaded(webhook('a', ...lines));
  return snapshot.webhooks.get(triggerId('webhook', 'a'))!;
}

describe('a cron', () => {
  it('has the defaults of the program where it says nothing', async () => {
    expect(await aCron()).toMatchObject({
      runOnce: false,
      overlap: defaultOverlap,
      missed: defaultMissed,
      spec: { policy: defaultPolicy('command'), notifyOnSuccess: false, notifyOnFailure: false },
    });
  });

  it('has every policy that it names', async () => {
    const one = await aCron(
      'overlap = "replace"',
      'missed = "all"',
      'missed_when = { paused = "skip", overlap = "last" }',
      'jitter = "5m"',
      'missed_grace = "2d"',
      'missed_limit = 5',
      'timeout = "10m"',
      'deadline = "1h"',
      'kill_grace = "1s"',
      'retries = 3',
      'backoff = "5s"',
      'max_backoff = "1m"',
      'retry_on = [1, "timeout"]',
      'on_crash = "fail"',
      'max_concurrent = 2',
      'max_output_bytes = 2048',
      'notify_on_failure = true',
    );
    expect(one.overlap).toEqual({ kind: 'replace' });
    expect(one.missed).toEqual({
      by: { down: 'all', paused: 'skip', disabled: 'skip', overlap: 'last' },
      graceMs: 172_800_000,
      limit: 5,
    });
    expect(one.jitterMs).toBe(300_000);
    expect(one.spec.policy).toEqual({
      timeoutMs: 600_000,
      deadlineMs: 3_600_000,
      killGraceMs: 1_000,
      retries: 3,
      backoffMs: 5_000,
      maxBackoffMs: 60_000,
      retryOn: [1, 'timeout'],
      onCrash: 'fail',
      maxConcurrent: 2,
      maxOutputBytes: 2048,
    });
    expect(one.spec.notifyOnFailure).toBe(true);
  });

  test.each([
    ['at = "2026-12-24T18:00"', Date.UTC(2026, 11, 24, 17)],
    ['at = 2026-12-24T18:00:00', Date.UTC(2026, 11, 24, 17)],
    ['at = 2026-12-24T18:00:00Z', Date.UTC(2026, 11, 24, 18)],
    ['every = "90m"', NOW_MS + 90 * 60_000],
    ['schedule = "@every 90m"', NOW_MS + 90 * 60_000],
    ['schedule = "0 0 1 2 *"', Date.UTC(2026, 0, 31, 23)],
  ])('is due as %s says, in its zone', async (form, dueAt) => {
    const { snapshot } = await loaded(
      cron('a', 'timezone = "Europe/Berlin"').replace('schedule = "0 9 * * *"', form),
    );
    const [one] = snapshot.crons.values();
    expect(one?.schedule.next(NOW_MS)).toBe(dueAt);
    expect(one?.runOnce).toBe(form.startsWith('at'));
  });

  it('lets one wait while it runs, or as many as it says', async () => {
    expect((await aCron()).overlap).toEqual({ kind: 'queue', depth: 1 });
    expect((await aCron('max_queued = 3')).overlap).toEqual({ kind: 'queue', depth: 3 });
  });

  test.each([
    ['start = "2026-02-01"', Date.UTC(2026, 1, 1, 8)],
    ['start = 2026-02-01', Date.UTC(2026, 1, 1, 8)],
    ['start = 2026-02-01T09:00:00', Date.UTC(2026, 1, 1, 8)],
    ['start = "2026-02-01T09:00:01"', Date.UTC(2026, 1, 2, 8)],
    ['end = "2026-01-01"', Date.UTC(2026, 0, 1, 8)],
    ['end = 2026-01-01T09:00:00', Date.UTC(2026, 0, 1, 8)],
    ['start = "2026-02-01T09:00"\nend = "2026-02-01T09:00"', Date.UTC(2026, 1, 1, 8)],
    ['blackout = ["2026-01-01/2026-01-10"]', Date.UTC(2026, 0, 11, 8)],
    ['blackout = [2026-01-01, 2026-01-02]', Date.UTC(2026, 0, 3, 8)],
    ['blackout = []', Date.UTC(2026, 0, 1, 8)],
    ['start = "2026-02-01"\nblackout = ["2026-02-01"]', Date.UTC(2026, 1, 2, 8)],
  ])('is due at nine in the zone, but as %s says', async (lines, dueAt) => {
    const one = await aCron('timezone = "Europe/Berlin"', lines);
    expect(one.schedule.next(NOW_MS)).toBe(dueAt);
  });

  it('counts from the same anchor whatever its start', async () => {
    const every = cron('a', 'start = "2026-02-01T00:10"').replace(
      'schedule = "0 9 * * *"',
      'every = "1h"\nblackout = ["00:00-03:00"]',
    );
    const [one] = (await loaded(every)).snapshot.crons.values();
    expect(one?.schedule.next(NOW_MS)).toBe(Date.UTC(2026, 1, 1, 3));
  });

  it('is read in its own zone, else in that of all crons, else in that of all, else in the host’s', async () => {
    const zones = async (head: string): Promise<readonly string[]> => {
      const text = `${head}${cron('own', 'timezone = "Europe/Berlin"')}${cron('none')}`;
      const { snapshot } = await loaded(text, { hostZone: 'Pacific/Apia' });
      return [...snapshot.crons.values()].map(({ schedule }) => schedule.zone);
    };
    const all = 'default_timezone = "America/New_York"\n';
    expect(await zones('')).toEqual(['Europe/Berlin', 'Pacific/Apia']);
    expect(await zones(all)).toEqual(['Europe/Berlin', 'America/New_York']);
    expect(await zones(`${all}[triggers]\ndefault_timezone = "Asia/Tokyo"\n`)).toEqual([
      'Europe/Berlin',
      'Asia/Tokyo',
    ]);
  });

  it('that fires once is made up however late it is', async () => {
    expect((await aCron('run_once = true')).missed).toEqual({
      by: { down: 'all', paused: 'all', disabled: 'skip', overlap: 'skip' },
      graceMs: 100 * 366 * 86_400_000,
      limit: 20,
    });
  });

  it('is armed anew when its schedule changes, and by nothing else', async () => {
    const { armHash } = await aCron();
    expect((await aCron('retries = 2', 'timeout = "1m"')).armHash).toBe(armHash);
    expect((await aCron('run_once = true')).armHash).not.toBe(armHash);
    expect((await aCron('timezone = "Europe/Berlin"')).armHash).not.toBe(armHash);
    const bounded = await Promise.all(
      ['start = "2026-02-01"', 'end = "2026-02-01"', 'blackout = ["22:00-06:00"]'].map((line) => aCron(line)),
    );
    expect(new Set([armHash, ...bounded.map((one) => one.armHash)]).size).toBe(4);
  });

  it('that is switched off is checked and declared, but not live', async () => {
    const { snapshot } = await loaded(`${cron('a', 'enabled = false')}${cron('b')}`);
    expect([...snapshot.crons.keys()]).toEqual(['cron:b']);
    expect([...snapshot.idleCrons.keys()]).toEqual(['cron:a']);
    expect([...snapshot.declaredCrons.keys()]).toEqual(['cron:a', 'cron:b']);
  });
});

describe('a webhook', () => {
  it("has the server's limits unless it says otherwise", async () => {
    const server = '[triggers.server]\nrate_limit = 7\nmax_body_bytes = 4096\n';
    const { snapshot } = await loaded(
      `${server}${webhook('a')}${webhook('b', 'rate_limit = 8', 'max_body_bytes = 8192', 'max_queued = 3')}`,
    );
    expect(
      [...snapshot.webhooks.values()].map(({ rateLimit, maxBodyBytes, maxQueued }) => [
        rateLimit,
        maxBodyBytes,
        maxQueued,
      ]),
    ).toEqual([
      [7, 4096, 10_000],
      [8, 8192, 3],
    ]);
    expect(snapshot.server).toMatchObject({ rateLimit: 7, rateLimitTotal: 70, maxBodyBytes: 4096 });
  });

  it('is found by its path and by its id', async () => {
    const { snapshot } = await loaded(webhook('a'));
    expect(snapshot.routes.get('/a')).toBe(snapshot.webhooks.get(triggerId('webhook', 'a')));
  });

  test.each([
    ['provider = "github"', { kind: 'header', name: 'x-github-delivery' }],
    ['dedupe = "header:X-My-Id"', { kind: 'header', name: 'x-my-id' }],
    ['dedupe = "json:event.id"', { kind: 'json', name: 'event.id' }],
    ['dedupe = "none"', undefined],
  ])('finds the id of a delivery: %s', async (line, deliveryId) => {
    expect((await aWebhook(line, 'secret = "s"')).deliveryId).toEqual(deliveryId);
  });

  test.each([
    ['provider = "stripe"', true],
    ['provider = "linear"', true],
    ['provider = "github"', undefined],
    ['provider = "stripe"\ndedupe = "json:data.object.id"', undefined],
  ])('knows whether a repeated delivery may have another body: %s', async (line, isRewritten) => {
    expect((await aWebhook(line, 'secret = "s"')).isRewritten).toBe(isRewritten);
  });

  it('takes any of several secrets', async () => {
    const one = await aWebhook('secret = ["new", "old"]');
    const verdict = (secret: string): boolean =>
      one.verify({
        method: 'POST',
        url: '/a',
        body: new Uint8Array(),
        receivedAt: 0,
        headers: { authorization: `Bearer ${secret}` },
      }).ok;
    expect([verdict('new'), verdict('old'), verdict('other')]).toEqual([true, true, false]);
  });

  it('expects deliveries where it says so', async () => {
    expect(await aWebhook()).not.toHaveProperty('expect');
    expect((await aWebhook('expect = { every = "1d" }')).expect).toEqual({
      everyMs: 86_400_000,
      graceMs: 0,
    });
    expect((await aWebhook('expect = { every = "2s", grace = "30m" }')).expect).toEqual({
      everyMs: 2_000,
      graceMs: 1_800_000,
    });
  });

  it('is open to every address, or to those that it lists', async () => {
    expect(await aWebhook()).not.toHaveProperty('allowed');
    const { allowed } = await aWebhook('allow_ips = ["203.0.113.0/24", "2001:db8::1"]');
    expect(allowed?.ranges).toEqual(['203.0.113.0/24', '2001:db8::1']);
    expect(['203.0.113.9', '203.0.114.9', '2001:db8::1', ''].map((one) => allowed?.has(one))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test.each(['203.0.113.0/33', 'example.org', '10', '203.0.113.0/', ''])(
    'refuses the range "%s", naming its place',
    async (range) => {
      const lines = await said(webhook('a', `allow_ips = ["10.0.0.1", "${range}"]`));
      expect(lines).toEqual([expect.stringMatching(/^7:\d+ triggers\.webhooks\[0\]\.allow_ips\[1\]: /)]);
    },
  );

  it('takes one event or several', async () => {
    expect((await aWebhook('event_filter = "push"')).events).toEqual(new Set(['push']));
    expect((await aWebhook('event_filter = ["push", "ping"]')).events).toEqual(new Set(['push', 'ping']));
    expect((await aWebhook()).events).toEqual(new Set());
  });
});

describe('an action', () => {
  it('that forwards is tried three times where nothing is said of it, and as often as is said', async () => {
    const policyOf = async (...lines: readonly string[]): Promise<RunPolicy | undefined> => {
      const forward = ['action = "http_forward"', 'forward_url = "https://example.com"', ...lines];
      const { snapshot } = await loaded(
        `[[triggers.crons]]\nid = "a"\nevery = "1h"\n${forward.join('\n')}\n`,
      );
      return snapshot.crons.get(triggerId('cron', 'a'))?.spec.policy;
    };
    expect(await policyOf()).toMatchObject({ retries: 2, backoffMs: 2_000 });
    expect(await policyOf('retries = 0', 'backoff = "1m"')).toMatchObject({ retries: 0, backoffMs: 60_000 });
  });

  test.each([
    [
      'a command of a project',
      'project = "app"\naction = "command"\ncommand = ["x"]',
      { kind: 'command', argv: ['x'], cwd: '/srv/app', stdin: 'none', shell: false, allowFlags: false },
    ],
    [
      'a command with a folder of its own',
      'action = "command"\ncommand = ["x"]\ncwd = "bin"\nstdin = "payload"\nallow_flags = true',
      { cwd: '/etc/untether/bin', stdin: 'payload', allowFlags: true },
    ],
    [
      'a shell line',
      'action = "command"\ncommand = ["date | cat", "a"]\nshell = true',
      { shell: true, argv: ['date | cat', 'a'] },
    ],
    [
      'a forward',
      'action = "http_forward"\nforward_url = "https://example.com"\nforward_body = "{{x}}"\nrelay_headers = ["X-Id"]\nallow_private = ["10.0.0.0/8"]\ntimeout = "5s"',
      {
        url: 'https://example.com',
        method: 'POST',
        body: '{{x}}',
        relayHeaders: ['x-id'],
        allowPrivate: ['10.0.0.0/8'],
        timeoutMs: 5_000,
      },
    ],
    [
      'a file in the state folder',
      'action = "file_write"\nfile_path = "{{id}}.json"\nfile_body = "{{x}}"',
      { path: '{{id}}.json', root: '/var/lib/untether', body: '{{x}}', onConflict: 'overwrite' },
    ],
    [
      'a file of a project',
      'project = "app"\naction = "file_write"\nfile_path = "in/{{id}}"',
      { path: 'in/{{id}}', root: '/srv/app' },
    ],
    [
      'a file with a root',
      'action = "file_write"\nfile_path = "/data/{{id}}"\nfile_root = "~/data"',
      { path: '/data/{{id}}', root: '/home/me/data' },
    ],
    [
      'a file whose name alone is a template',
      'action = "file_write"\nfile_path = "/data/in_{{id}}"',
      { path: '/data/in_{{id}}', root: '/data' },
    ],
    [
      'a message',
      'action = "notify_only"\nmessage_template = "{{x}}"\nsilent = true',
      { kind: 'notify_only', message: '{{x}}', silent: true },
    ],
    [
      'an agent of its own',
      'prompt = "do"\nengine = "mine"\nmodel = "m"\nreasoning = "high"',
      {
        engine: { name: 'mine', command: ['my-agent', '{prompt}'], output: 'text', env: { A: 'b' } },
        model: 'm',
        reasoning: 'high',
        prompt: 'do',
      },
    ],
  ])('is compiled: %s', async (_what, lines, spec) => {
    const rest =
      '[projects.app]\npath = "/srv/app"\n[engines.mine]\ncommand = ["my-agent", "{prompt}"]\nenv = { A = "b" }\n';
    const { snapshot } = await loaded(`[[triggers.crons]]\nid = "a"\nschedule = "@daily"\n${lines}\n${rest}`);
    const [one] = snapshot.crons.values();
    expect(one?.spec.action).toMatchObject(spec);
  });

  it('refers to its secrets, and is stored without them', async () => {
    const { snapshot } = await loaded(
      cron(
        'a',
        'env = { API_TOKEN = "t0ken", MODE = "fast", PASSWORD = { env = "PW" }, USER_KEY = "{{env.PW}}" }',
      ),
      { env: { PW: 'p4ss', PATH: '/bin:/usr/bin' } },
    );
    const [one] = snapshot.crons.values();
    const text = JSON.stringify(one);
    expect(text).not.toContain('t0ken');
    expect(text).not.toContain('p4ss');
    expect(text).toContain('"MODE":"fast"');
    expect(text).toContain('"USER_KEY":"{{env.PW}}"');
    expect([...snapshot.secrets.values()].map((secret) => secret.reveal())).toEqual(['t0ken', 'p4ss']);
  });

  it('gives the secrets of triggers that are alike different names', async () => {
    const env = 'env = { TOKEN = "x" }';
    const { snapshot } = await loaded(`${cron('a.b', env)}${cron('a-b', env)}${cron('a_b', env)}`);
    expect(snapshot.secrets.size).toBe(3);
    for (const name of snapshot.secrets.keys()) expect(name).toMatch(/^_[A-Za-z0-9_]+$/);
  });
});

describe('a snapshot', () => {
  it('of an empty file has the defaults and nothing to do', async () => {
    const { snapshot, boot } = await loaded('');
    expect(snapshot).toMatchObject({
      revision: 0,
      enabled: true,
      server: {
        host: '127.0.0.1',
        port: 9876,
        rateLimit: 60,
        rateLimitTotal: 600,
        maxBodyBytes: 1_048_576,
        trustedProxies: [],
        allowUnauthenticated: false,
      },
      limits: { maxConcurrent: 8, perEngine: {}, perProject: {}, drainTimeoutMs: 120_000 },
      retention: { maxAgeMs: 30 * 86_400_000, maxRuns: 100_000 },
      log: { level: 'info' },
      defaults: { zone: 'UTC', cwd: '/etc/untether', engine: 'codex' },
      warnings: [],
    });
    expect(boot).toEqual({
      watch: true,
      manager: 'auto',
      store: { kind: 'sqlite', file: '/var/lib/untether/untether.db' },
    });
    expect(snapshot.crons.size + snapshot.webhooks.size + snapshot.routes.size).toBe(0);
  });

  it('has what the file says', async () => {
    const { snapshot, boot } = await loaded(
      'default_timezone = "Europe/Berlin"\nwatch_config = false\ndefault_engine = "mine"\n' +
        '[triggers]\nenabled = false\ndefault_timezone = "Asia/Tokyo"\nallow_unauthenticated_webhooks = true\n' +
        '[triggers.server]\nhost = "::1"\nport = 0\nrate_limit = 10\nrate_limit_total = 20\ntrusted_proxies = ["10.0.0.1"]\n' +
        '[limits]\nmax_concurrent = 2\nper_engine = { MINE = 1 }\nper_project = { app = 1 }\ndrain_timeout = "10s"\n' +
        '[retention]\nmax_age = "1d"\nmax_runs = 10\n[log]\nlevel = "debug"\nfile = "x.log"\n' +
        '[projects.app]\npath = "."\n[engines.mine]\ncommand = ["m"]\noutput = "jsonl:claude"\n[store]\nurl = "memory:"\n[secrets]\nx = "y"\n',
    );
    expect(snapshot).toMatchObject({
      enabled: false,
      server: {
        host: '::1',
        port: 0,
        rateLimit: 10,
        rateLimitTotal: 20,
        trustedProxies: ['10.0.0.1'],
        allowUnauthenticated: true,
      },
      limits: { maxConcurrent: 2, perEngine: { mine: 1 }, perProject: { app: 1 }, drainTimeoutMs: 10_000 },
      retention: { maxAgeMs: 86_400_000, maxRuns: 10 },
      log: { level: 'debug', file: '/etc/untether/x.log' },
      defaults: { zone: 'Asia/Tokyo', engine: 'mine' },
    });
    expect(boot).toEqual({ watch: false, manager: 'auto', store: { kind: 'memory' } });
    expect(snapshot.engines.get('mine')).toEqual({
      name: 'mine',
      command: ['m'],
      output: 'jsonl:claude',
      env: {},
    });
    expect(snapshot.secrets.get('x')?.reveal()).toBe('y');
  });

  it('tells the bursts of a webhook apart by its key, and lets them last ten windows', async () => {
    const { snapshot } = await loaded(
      `${webhook('a', 'coalesce = { key = "{{n}}", window = "30s" }')}${webhook('b', 'coalesce = { window = "30s", max_wait = "30s" }')}${webhook('c')}`,
    );
    const [a, b, c] = [...snapshot.webhooks.values()].map(({ coalesce }) => coalesce);
    expect(a).toMatchObject({ key: '{{n}}', windowMs: 30_000, maxWaitMs: 300_000 });
    const payload = { body: Buffer.from('{"n":7}'), contentType: '', headers: {} };
    expect(a?.keyOf(payload, { n: 7 })).toEqual({ kind: 'key', key: '7' });
    expect(b).toMatchObject({ key: undefined, windowMs: 30_000, maxWaitMs: 30_000 });
    expect(c).toBeUndefined();
  });

  it('is frozen, and all it holds', async () => {
    const { snapshot } = await loaded(`${cron('a')}${webhook('b')}`);
    const [one] = snapshot.crons.values();
    expect(() => Object.assign(snapshot, { revision: 2 })).toThrow(TypeError);
    expect(() => Object.assign(one!.spec.policy, { retries: 2 })).toThrow(TypeError);
    expect(() => (snapshot.routes as Map<string, unknown>).clear()).toThrow(TypeError);
  });

  it('shows no secret, however it is printed', async () => {
    const { snapshot } = await loaded(
      `[secrets]\nx = "hunter2"\n${webhook('a', 'secret = "hunter3"')}${cron('b', 'env = { TOKEN = "hunter4" }')}`,
    );
    const { inspect } = await import('node:util');
    expect(inspect(snapshot, { depth: 20, showHidden: true })).not.toMatch(/hunter\d/);
    expect(JSON.stringify([snapshot, [...snapshot.secrets]])).not.toMatch(/hunter\d/);
  });
});
