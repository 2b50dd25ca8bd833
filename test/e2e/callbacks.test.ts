/** `response = "callback"` through the real process: the result is posted, signed, once it is there, whatever happens meanwhile. */
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import type { Received } from '../support/receiver.ts';
import { Receiver, status } from '../support/receiver.ts';
import type { Service } from '../support/untether.ts';
import { Sandbox } from '../support/untether.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A webhook at `/x` that runs this line of shell, and posts its result to `url`. */
function toml(shell: string, url: string, ...more: readonly string[]): string {
  return [
    '[triggers.server]',
    'port = 0',
    '[[triggers.webhooks]]',
    'id = "x"',
    'path = "/x"',
    'auth = "none"',
    'dedupe = "header:X-Id"',
    'action = "command"',
    `command = ["sh", "-c", '${shell}']`,
    'response = "callback"',
    `callback_url = "${url}/results/{{run_id}}"`,
    'callback_secret = { env = "CALLBACK_SECRET" }',
    'callback_allow_private = ["127.0.0.1"]',
    ...more,
    '',
  ].join('\n');
}

const env = { CALLBACK_SECRET: SECRET, DATABASE_PASSWORD: 'hunter-2-hunter' };

/** What a verified callback says. */
interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly output: string };
}

const verified = ({ body, headers }: Received): Told => new Webhook(SECRET).verify(body, headers) as Told;

async function deliver(service: Service, id: string): Promise<string> {
  const reply = await service.post('/x', '{"of":"the sender"}', { 'x-id': id });
  expect(reply.status, reply.body).toBe(202);
  return (JSON.parse(reply.body) as { run: string }).run;
}

it('answers 202 at once, and posts the result of each run, signed and without secrets', async () => {
  await using receiver = await Receiver.start();
  const shell = 'echo the password is hunter-2-hunter; test -e again && exit 0; touch again; exit 3';
  const secrets = '[secrets]\npassword = { env = "DATABASE_PASSWORD" }\n';
  await using sandbox = await Sandbox.make(toml(shell, receiver.url, 'retries = 0', secrets), env);
  const service = await sandbox.start();
  const failed = await deliver(service, '1');
  const told = verified(await receiver.nth(1));
  expect(receiver.urls).toEqual([`/results/${failed}`]);
  expect(receiver.received[0]?.headers['webhook-id']).toBe(`msg_${failed}`);
  expect(told).toEqual({
    type: 'run.failed',
    timestamp: told.data['endedAt'],
    data: {
      run: failed,
      trigger: 'webhook:x',
      source: 'webhook',
      state: 'failed',
      reason: expect.stringContaining('3') as string,
      exitCode: 3,
      startedAt: expect.any(String) as string,
      endedAt: expect.any(String) as string,
      output: 'the password is [secret]\n',
      outputCut: false,
    },
  });
  const succeeded = await deliver(service, '2');
  expect(verified(await receiver.nth(2))).toMatchObject({
    type: 'run.succeeded',
    data: { run: succeeded, exitCode: 0, reason: null },
  });
  await service.stop();
  const files = ['.untether/untether.db', '.untether/untether.db-wal'];
  const kept = (await Promise.all(files.map((file) => sandbox.read(file)))).join('');
  expect(kept).not.toContain(SECRET.replace('whsec_', ''));
});

it('posts what became of a run that another took the place of, and the end of output that is long', async () => {
  await using receiver = await Receiver.start();
  const shell = 'yes 0123456789 | head -c 220004; echo the end';
  const burst = 'coalesce = { window = "1s" }';
  await using sandbox = await Sandbox.make(toml(shell, receiver.url, burst), env);
  const service = await sandbox.start();
  const first = await deliver(service, '1');
  const second = await deliver(service, '2');
  const superseded = verified(await receiver.nth(1));
  expect(superseded).toMatchObject({
    type: 'run.superseded',
    data: { run: first, startedAt: null, exitCode: null, output: '' },
  });
  expect(superseded.data['reason']).toContain(second);
  const { data } = verified(await receiver.nth(2));
  expect(data).toMatchObject({ run: second, outputCut: true });
  expect(data.output).toHaveLength(64 * 1024);
  expect(data.output.slice(-12)).toBe('0123the end\n');
});

it('posts the same again after an error or a connection that breaks, with the same id and a new signature', async () => {
  await using receiver = await Receiver.start((outgoing, n) => {
    if (n === 1) outgoing.writeHead(200, { 'content-length': '10' }).write('12', () => outgoing.destroy());
    else outgoing.writeHead(n === 2 ? 500 : 204).end();
  });
  await using sandbox = await Sandbox.make(toml('echo done', receiver.url), env);
  const service = await sandbox.start();
  await deliver(service, '1');
  await receiver.nth(3);
  const told = receiver.received.map(verified);
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
  const of = (name: string): ReadonlySet<string | undefined> =>
    new Set(receiver.received.map(({ headers }) => headers[name]));
  expect(of('webhook-id').size).toBe(1);
  expect(of('webhook-signature').size).toBe(3);
  // A delivery that is sent again is no second run, and no second result.
  const repeated = await service.post('/x', '{"of":"the sender"}', { 'x-id': '1' });
  expect(repeated.status).toBe(200);
  await service.stop();
  expect(receiver.received).toHaveLength(3);
});

it('posts after kill -9 what had ended before, and under the secret that is live by then', async () => {
  let isDown = true;
  await using receiver = await Receiver.start((outgoing, n, received) => {
    if (!isDown) status(200)(outgoing, n, received);
  });
  const rotated = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
  const text = toml('echo done', receiver.url).replace('{ env = "CALLBACK_SECRET" }', `"${SECRET}"`);
  await using sandbox = await Sandbox.make(text, env);
  const service = await sandbox.start();
  const run = await deliver(service, '1');
  await receiver.nth(1);
  await service.kill();
  isDown = false;
  await sandbox.save(text.replace(SECRET, rotated));
  const again = await sandbox.start();
  const second = await receiver.nth(2);
  const told = new Webhook(rotated).verify(second.body, second.headers) as Told;
  expect(told.data).toMatchObject({ run, state: 'succeeded', output: 'done\n' });
  expect((await again.stop()).code).toBe(0);
});
