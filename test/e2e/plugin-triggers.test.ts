/** What plugins do for triggers, from the user's end: they verify senders, and filter templates. */
import { cp, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { authorization, claimsAt, pushed, startGoogle, SUBSCRIPTION } from '../contrib/google.ts';
import { eventually, Sandbox } from '../support/untether.ts';
import type { Reply } from '../support/untether.ts';

const TOML = `
[triggers.server]
port = 0
`;

async function make(files: Readonly<Record<string, string>>, toml: string): Promise<Sandbox> {
  const sandbox = await Sandbox.make(toml);
  await mkdir(sandbox.path('plugins'));
  for (const [name, text] of Object.entries(files)) await sandbox.write(`plugins/${name}`, text);
  return sandbox;
}

interface Ended {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly dueAt: string;
}

const ended = (sandbox: Sandbox): Promise<readonly Ended[]> => sandbox.json('runs');

describe.concurrent('plugins', () => {
  test('every plugin that comes with the program loads, and does what it is for', async () => {
    await using google = await startGoogle();
    const { audience, email } = SUBSCRIPTION;
    await using sandbox = await make({}, '');
    const file = sandbox.path('orders.csv');
    await sandbox.save(`${TOML}
[plugins.pubsub]
config = { keys = "${google.url}" }
[[triggers.webhooks]]
id = "orders"
path = "/orders"
auth = "plugin:pubsub"
action = "plugin:csv"
with = { audience = "${audience}", email = "${email}", file = "${file}", columns = ["message.messageId"] }
`);
    await cp(fileURLToPath(new URL('../../contrib/plugins', import.meta.url)), sandbox.path('plugins'), {
      recursive: true,
    });
    const service = await sandbox.start();
    const whole = await sandbox.json<{ plugins: unknown; conditions: readonly unknown[] }>('status');
    expect(whole).toMatchObject({ plugins: { loaded: 3, failed: 0 }, conditions: [] });
    const [csv, dice, pubsub] = (await sandbox.run('plugin', 'status')).stdout.split('\n');
    expect(csv).toMatch(/^csv: loaded .* · actions: append$/);
    expect(dice).toMatch(/^dice: loaded .* · \/dice$/);
    expect(pubsub).toMatch(/^pubsub: loaded .* · verifiers: push$/);

    expect((await sandbox.run('chat', '/dice 3')).stdout.trim()).toMatch(/^🎲 [1-6] 🎲 [1-6] 🎲 [1-6]$/);

    const good = { authorization: authorization(claimsAt(Date.now())) };
    expect((await service.post('/orders', pushed('{}'), good)).status).toBe(202);
    expect((await service.post('/orders', pushed('again, as dead letters are'), good)).status).toBe(200);
    const foreign = authorization({ ...claimsAt(Date.now()), aud: 'https://other.example' });
    const refused = await service.post('/orders', pushed('{}', '2'), { authorization: foreign });
    expect([refused.status, refused.body]).toEqual([401, '{"error":"unauthorized"}']);
    await eventually('the row is written', async () => (await ended(sandbox))[0]?.state === 'succeeded');
    const [run] = await ended(sandbox);
    const month = new Date(run?.dueAt ?? '').toISOString().slice(0, 7);
    expect(run?.reason).toBe(`a row in ${sandbox.path(`orders-${month}.csv`)}`);
    expect(await sandbox.read(`orders-${month}.csv`)).toMatch(
      /^due,message\.messageId\r\n\S+,2070443601311540\r\n$/,
    );

    await sandbox.write('headers.json', JSON.stringify({ Authorization: foreign }));
    await sandbox.write('body.json', pushed('{}'));
    const words = ['--webhook', 'orders', '--headers', 'headers.json', '--body', 'body.json'];
    const said = await sandbox.run('verify', ...words);
    expect([said.code, said.stdout.split('\n')[0]]).toEqual([
      1,
      'refused: pubsub: the token is for another audience',
    ]);
  });

  test('a webhook whose verifier and filter are not there is inactive with the reason until they are', async () => {
    await using sandbox = await make(
      {},
      `${TOML}
[[triggers.webhooks]]
id = "known"
path = "/known"
auth = "plugin:know"
secret = "correct horse"
action = "command"
command = ["echo", '{{ title | plugin: "know.slug", 5 }}']
`,
    );
    const KNOW = `import { definePlugin } from 'untether/plugin';
export default definePlugin({
  verifiers: { only: { verify({ headers, secrets }) {
    if (headers['x-die']) process.exit(6);
    return headers['x-proof'] === secrets[0] ? { ok: true, delivery: headers['x-id'] } : { ok: false, reason: 'wrong proof' };
  } } },
  filters: { slug: (value, most) => String(value).toLowerCase().replaceAll(' ', '-').slice(0, most) },
});`;
    const service = await sandbox.start();
    const post = (headers: Readonly<Record<string, string>>): Promise<Reply> =>
      service.post('/known', '{"title":"A New Day"}', { 'content-type': 'application/json', ...headers });
    const conditions = async (): Promise<string> =>
      JSON.stringify((await sandbox.json<{ conditions: unknown }>('status')).conditions);
    const good = { 'x-proof': 'correct horse' };
    const missing =
      'the plugin know is not loaded: it is not there; untether plugin reload takes up what is new';

    const early = await post(good);
    expect([early.status, early.headers['retry-after'], early.body]).toEqual([
      503,
      '5',
      '{"error":"unavailable"}',
    ]);
    expect((await sandbox.run('why', 'known')).stdout).toContain(`1 unavailable (${missing})`);
    expect(await conditions()).toContain(`webhook:known: ${missing}`);
    await sandbox.run('fire', 'known');
    expect(await ended(sandbox)).toMatchObject([{ state: 'skipped', reason: missing }]);

    await sandbox.write('plugins/know.mjs', KNOW);
    expect((await sandbox.run('plugin', 'reload')).stdout).toContain('added=1 (know)');
    expect(await conditions()).toBe('[]');
    const [line] = (await sandbox.run('plugin', 'list')).stdout.split('\n');
    expect(line).toMatch(/ · verifiers: only · filters: slug$/);
    expect((await post({ ...good, 'x-id': 'a' })).status).toBe(202);
    expect((await post({ ...good, 'x-id': 'a' })).status).toBe(200);
    expect((await post({ 'x-proof': 'another' })).status).toBe(401);
    const sent = await sandbox.run('send', 'known');
    expect([sent.code, sent.stderr]).toEqual([2, expect.stringContaining('only the sender itself can sign')]);
    await eventually('the run has ended', async () => (await ended(sandbox))[0]?.state === 'succeeded');
    expect((await sandbox.run('logs', (await ended(sandbox))[0]?.id ?? '')).stdout).toContain('a-new\n');

    expect((await post({ 'x-die': '1' })).status).toBe(503);
    expect((await post({ ...good, 'x-id': 'b' })).status).toBe(202);
  });
});
