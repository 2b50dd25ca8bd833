/** What strangers, broken tools and full disks do to the service: nothing that lasts. */
import { connect } from 'node:net';
import { once } from 'node:events';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

const toml = `
[triggers.server]
port = 0
rate_limit = 1000000
[[triggers.webhooks]]
id = "h"
path = "/h"
secret = "pass-word"
action = "command"
command = ["true"]
`;
const bearer = { authorization: 'Bearer pass-word' };
const TIMES = process.env['UNTETHER_TEST_LONG'] === undefined ? 60 : 3_000;

/** Sends bytes, closes, and waits until the other side has closed too. */
async function throwAt(
  target: { readonly port: number } | { readonly path: string },
  bytes: Uint8Array,
): Promise<void> {
  const socket = connect('port' in target ? { ...target, host: '127.0.0.1' } : target);
  // A reset is an answer too.
  socket.on('error', () => {});
  socket.resume();
  socket.end(bytes);
  await once(socket, 'close');
}

const junk = fc.uint8Array({ maxLength: 2_000 });
const almostHttp = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'BREW', ''),
    path: fc.constantFrom('/h', '/v1/status', '/v1/fire', '/%2f', '/..', '/\0', '*', ''),
    header: fc.constantFrom(
      'Content-Length: 5',
      'Content-Length: -1',
      'Transfer-Encoding: chunked',
      'Authorization: \xff',
      '',
    ),
    body: fc.string({ maxLength: 200 }),
  })
  .map(({ method, path, header, body }) =>
    Buffer.from(
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}\r\n\r\n${body}`,
      'latin1',
    ),
  );

it('outlives random bytes on its port and on its control socket, and keeps what it accepted', async () => {
  await using sandbox = await Sandbox.make(toml);
  const service = await sandbox.start();
  const port = Number(new URL(service.url).port);
  const { run } = JSON.parse((await service.post('/h', '{}', bearer)).body) as { run: string };
  const targets = [{ port }, { path: sandbox.path('.untether/control.sock') }];
  await fc.assert(
    fc.asyncProperty(fc.oneof(junk, almostHttp), fc.constantFrom(...targets), (bytes, target) =>
      throwAt(target, bytes),
    ),
    { numRuns: TIMES },
  );
  expect((await service.get('/health')).status).toBe(200);
  expect(await sandbox.json('runs', run)).toMatchObject({ id: run });
  expect((await service.post('/h', '{}', bearer)).status).toBe(202);
  expect((await service.stop()).code).toBe(0);
});

it('says 503 and never 202 while the disk is full, and has every 202 after a restart', async () => {
  await using sandbox = await Sandbox.make(toml.replace('"true"', '"sleep", "1000"'));
  const service = await sandbox.startCramped(900);
  const accepted: string[] = [];
  let status = 0;
  const body = JSON.stringify({ text: 'x'.repeat(20_000) });
  for (let sent = 0; sent < 200 && status !== 503; sent += 1) {
    const reply = await service.post('/h', body, bearer);
    status = reply.status;
    if (status === 202) accepted.push((JSON.parse(reply.body) as { run: string }).run);
    else expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(status).toBe(503);
  expect(accepted.length).toBeGreaterThan(5);
  expect((await service.get('/health')).status).toBe(200);
  await service.kill();

  await sandbox.start();
  const rows = await sandbox.json<Array<{ id: string }>>('runs', '--limit', '1000');
  const known = new Set(rows.map(({ id }) => id));
  expect(accepted.filter((id) => !known.has(id))).toEqual([]);
});

it('reads only what it may: a FIFO, a folder, a binary and a huge file are refused in a sentence', async () => {
  await using sandbox = await Sandbox.make('\0\xff\xfe');
  const binary = await sandbox.run('check');
  expect(binary.code).toBe(78);
  expect(binary.stdout + binary.stderr).toMatch(/untether\.toml:1:1/);
  for (const [path, words] of [
    ['.', /folder/],
    ['/dev/null/x', /not exist/],
    ['missing.toml', /not exist/],
  ] as const) {
    const { code, stdout, stderr } = await sandbox.run('check', '--config', path);
    expect(code, path).toBe(78);
    expect(stdout + stderr).toMatch(words);
  }
});

it('keeps the last good configuration through every kind of broken save', async () => {
  await using sandbox = await Sandbox.make(toml);
  const service = await sandbox.start();
  for (const broken of ['\0\0\0', '[[[', 'x = ', 'a'.repeat(100_000), `${toml}\n[triggers.server]`]) {
    await sandbox.save(broken);
    const report = await sandbox.run('reload', '--json');
    expect(report.code, broken.slice(0, 20)).toBe(78);
    expect((await service.post('/h', '{}', bearer)).status).toBe(202);
  }
  await sandbox.save(toml.replace('/h"', '/mended"'));
  await eventually(
    'the mended file is live',
    async () => (await service.post('/mended', '{}', bearer)).status === 202,
  );
});

it('refuses a script with a template in it: a payload would be read as code', async () => {
  const file = (command: string): string =>
    `[[triggers.webhooks]]\nid = "h"\npath = "/h"\nsecret = "x"\naction = "command"\ncommand = ${command}\n`;
  await using sandbox = await Sandbox.make();
  for (const [command, isGood] of [
    ['["sh", "-c", "echo {{ref}}"]', false],
    ['["/usr/bin/env", "bash", "-lc", "echo {{ref}}"]', false],
    ['["python3", "-c", "print({{n}})"]', false],
    ['["sh", "-c", "echo $1", "sh", "{{ref}}"]', true],
    ['["git", "-c", "user.name={{name}}", "log"]', true],
  ] as const) {
    await sandbox.write('untether.toml', file(command));
    const { code, stdout, stderr } = await sandbox.run('check');
    expect(code, command).toBe(isGood ? 0 : 78);
    if (!isGood) expect(stdout + stderr).toContain('UNTETHER_PAYLOAD');
  }
});
