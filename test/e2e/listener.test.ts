/** Host and port follow the file while the service runs: nobody is refused, and what cannot be had changes nothing. */
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

const hook = `
[[triggers.webhooks]]
id = "one"
path = "/one"
secret = "pass-word"
action = "command"
command = ["true"]
`;
const server = (port: number, host = '127.0.0.1', more = ''): string =>
  `[triggers.server]\nhost = "${host}"\nport = ${port}\nrate_limit = 1000000\n${more}${hook}`;
const bearer = { authorization: 'Bearer pass-word' };

interface Status {
  readonly revision: number;
  readonly address: string;
  readonly lastReload: { readonly ok: boolean; readonly issues: ReadonlyArray<{ readonly message: string }> };
}
interface Report {
  readonly ok: boolean;
  readonly outcomes: ReadonlyArray<{ readonly key: string; readonly text: string }>;
  readonly issues: ReadonlyArray<{ readonly line: number; readonly path: string; readonly message: string }>;
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function post(url: string): Promise<number> {
  return (await fetch(`${url}/one`, { method: 'POST', headers: bearer, body: '{}' })).status;
}

it('moves to another port on save, and a request that came in by the old one is answered there', async () => {
  const [first, second] = [await freePort(), await freePort()];
  await using sandbox = await Sandbox.make(server(first));
  await sandbox.start();
  const slow = request(`http://127.0.0.1:${first}/one`, {
    method: 'POST',
    headers: { ...bearer, 'content-length': 2 },
  });
  const answer = new Promise<number>((resolve, reject) => {
    slow.once('error', reject);
    slow.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  slow.write('{');
  await sandbox.save(server(second));
  await eventually('the new port answers', async () => {
    const status = await post(`http://127.0.0.1:${second}`).catch(() => 0);
    return status === 202;
  });
  // The new one answers a moment before the old one closes.
  await eventually('the old port is closed', () =>
    post(`http://127.0.0.1:${first}`).then(
      () => false,
      () => true,
    ),
  );
  slow.end('}');
  expect(await answer).toBe(202);
  expect(await sandbox.json<Status>('status')).toMatchObject({
    address: `http://127.0.0.1:${second}`,
    lastReload: { ok: true },
  });
});

it('serves a connection that was open once more, and then lets go of it', async () => {
  const [first, second] = [await freePort(), await freePort()];
  await using sandbox = await Sandbox.make(server(first));
  await sandbox.start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const say = async (): Promise<{ status: number; connection: string; body: string }> => {
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof say>>>();
    const asked = request(`http://127.0.0.1:${first}/one`, { method: 'POST', agent, headers: bearer });
    asked.once('error', reject);
    asked.once('response', (response) => {
      const { statusCode = 0, headers } = response;
      text(response).then(
        (body) => resolve({ status: statusCode, connection: headers.connection ?? '', body }),
        reject,
      );
    });
    asked.end('{}');
    return promise;
  };
  expect(await say()).toMatchObject({ status: 202, connection: 'keep-alive' });
  await sandbox.save(server(second));
  await eventually(
    'the new port is live',
    async () => (await sandbox.json<Status>('status')).address === `http://127.0.0.1:${second}`,
  );
  expect(await say()).toMatchObject({ status: 202, connection: 'close' });
  await expect(say()).rejects.toThrow('ECONNREFUSED');
  agent.destroy();
});

it('moves to another host on the same port, where loopback alone may serve what nobody verifies', async () => {
  const port = await freePort();
  const open = `\n[[triggers.webhooks]]\nid = "open"\npath = "/open"\nauth = "none"\naction = "command"\ncommand = ["true"]\n`;
  await using sandbox = await Sandbox.make(server(port) + open);
  await sandbox.start();
  const tryOpen = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}/open`, { method: 'POST', body: '{}' })).status;
  expect(await tryOpen()).toBe(202);
  await sandbox.save(server(port, '0.0.0.0') + open);
  const report = await sandbox.json<Report>('reload');
  expect(report.ok).toBe(true);
  await eventually(
    'the new host is live',
    async () => (await sandbox.json<Status>('status')).address === `http://0.0.0.0:${port}`,
  );
  expect(await post(`http://127.0.0.1:${port}`)).toBe(202);
  expect(await tryOpen()).toBe(404);
});

it('changes nothing when the new port is taken, says who holds it, and takes it once it is free', async () => {
  const first = await freePort();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port: taken } = holder.address() as AddressInfo;
  await using sandbox = await Sandbox.make(server(first));
  await sandbox.start();
  const before = await sandbox.json<Status>('status');
  const more = hook.replaceAll('one', 'two');
  await sandbox.save(server(taken) + more);
  const refused = await sandbox.run('reload', '--json');
  expect(refused.code).toBe(78);
  const { issues } = JSON.parse(refused.stdout) as Report;
  expect(issues).toMatchObject([
    {
      line: 3,
      path: 'triggers.server.port',
      message: expect.stringContaining(`pid ${process.pid}`) as string,
    },
  ]);
  expect(await sandbox.json<Status>('status')).toMatchObject({
    revision: before.revision,
    address: before.address,
    lastReload: { ok: false },
  });
  expect(await post(`http://127.0.0.1:${first}`)).toBe(202);
  await new Promise((resolve) => holder.close(resolve));
  const report = await sandbox.json<Report>('reload');
  expect(report.outcomes).toEqual([
    { key: 'triggers.server', class: 'listener_reload', text: `listens on http://127.0.0.1:${taken}` },
  ]);
  expect(await post(`http://127.0.0.1:${taken}`)).toBe(202);
});

it('takes a save up by itself once the port that it wants is free, and repeats nothing meanwhile', async () => {
  const first = await freePort();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port: taken } = holder.address() as AddressInfo;
  await using sandbox = await Sandbox.make(server(first));
  const service = await sandbox.start();
  const refusals = (): number => service.child.stdout.split('configuration refused').length - 1;
  await sandbox.save(server(taken));
  await eventually('it is refused', async () => refusals() === 1);
  await new Promise((resolve) => holder.close(resolve));
  await eventually(
    'the new port answers',
    async () => (await post(`http://127.0.0.1:${taken}`).catch(() => 0)) === 202,
  );
  await eventually('it says so', async () => (await sandbox.json<Status>('status')).lastReload.ok);
  expect(refusals()).toBe(1);
});
