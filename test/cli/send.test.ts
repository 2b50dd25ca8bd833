/** Holds `send` to being the sender: a request that the webhook's own verifier accepts. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Delivery } from '../../src/core/trigger.ts';
import { compileAuth } from '../../src/triggers/auth.ts';
import { issue } from '../support/certificate.ts';
import type { Issued } from '../support/certificate.ts';
import { command } from './support/command-line.ts';
import { NOW } from './support/fake-control.ts';
import { PUSH_SECRET, served } from './support/folder.ts';

interface Receiver {
  readonly address: string;
  readonly deliveries: Delivery[];
}

/** The service's listener, as far as a sender sees it. */
async function receiver(status: number, answer: string, tls?: Issued): Promise<Receiver> {
  const deliveries: Delivery[] = [];
  const receive: RequestListener = (request, response) => {
    void buffer(request).then((body) => {
      const headers = request.headers as Delivery['headers'];
      deliveries.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers,
        body,
        receivedAt: NOW,
      });
      response.writeHead(status).end(answer);
    });
  };
  const server = tls === undefined ? createServer(receive) : createSecureServer({ ...tls }, receive);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const scheme = tls === undefined ? 'http' : 'https';
  return { address: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, deliveries };
}

const env = { PUSH_SECRET };

describe('send', () => {
  test('signs and posts as the provider would, and prints the answer', async () => {
    const { address, deliveries } = await receiver(202, '{"status":"accepted","run":"r"}\n');
    const { folder: cwd } = await served({ address });
    await writeFile(join(cwd, 'push.json'), '{"ref":"main"}');
    const { code, stdout, stderr } = await command(
      ['send', 'push', '--data', 'push.json', '--event', 'push'],
      { cwd, env },
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '202 {"status":"accepted","run":"r"}\n',
      stderr: '',
    });
    const auth = compileAuth({ kind: 'provider', provider: 'github', secrets: [new Secret(PUSH_SECRET)] });
    expect(deliveries.map((delivery) => auth.verify(delivery))).toEqual([{ ok: true }]);
    expect(deliveries[0]).toMatchObject({
      method: 'POST',
      url: '/push',
      body: Buffer.from('{"ref":"main"}'),
      headers: {
        'x-github-event': 'push',
        'x-github-delivery': expect.any(String),
        'content-type': 'application/json',
      },
    });
  });

  test('knows the service by the certificate that it says is its own, whatever name is in it', async () => {
    const tls = issue({ name: 'hooks.example.com' });
    const { address, deliveries } = await receiver(202, '{}', tls);
    const certificate = { expiresAt: 0, fingerprint: tls.fingerprint };
    const { folder: cwd } = await served({ address, status: { certificate } });
    expect(await command(['send', 'push'], { cwd, env })).toMatchObject({ code: 0, stdout: '202 {}\n' });
    expect(deliveries).toHaveLength(1);
  });

  test('gives nothing to another program that took its port', async () => {
    const { address, deliveries } = await receiver(202, '{}', issue());
    const certificate = { expiresAt: 0, fingerprint: issue().fingerprint };
    const { folder: cwd } = await served({ address, status: { certificate } });
    const { code, stderr } = await command(['send', 'push'], { cwd, env });
    expect(code).not.toBe(0);
    expect(stderr).toContain('another program answers there, with another certificate');
    expect(deliveries).toEqual([]);
  });

  test('is another delivery each time', async () => {
    const { address, deliveries } = await receiver(202, '{}');
    const { folder: cwd } = await served({ address });
    await command(['send', 'webhook:push'], { cwd, env });
    await command(['send', 'webhook:push', '--data', '-', '--type', 'application/xml'], {
      cwd,
      env,
      stdin: '<a/>',
    });
    const [first, second] = deliveries;
    expect(first?.headers['x-github-delivery']).not.toBe(second?.headers['x-github-delivery']);
    expect([first, second].map((one) => Buffer.from(one?.body ?? []).toString())).toEqual(['{}', '<a/>']);
    expect(second?.headers['content-type']).toBe('application/xml');
  });

  test('prints the lines of an answer as lines, and nothing of them moves the cursor', async () => {
    const { address } = await receiver(200, 'one\r\ntwo \u001b[2J\n\nthree\n');
    const { folder: cwd } = await served({ address });
    const { stdout } = await command(['send', 'open'], { cwd });
    expect(stdout).toBe('200 one\ntwo \\x1b[2J\n\nthree\n');
  });

  test('exits 1 when the answer is no 2xx', async () => {
    const { address } = await receiver(401, '{"error":"unauthorized"}');
    const { folder: cwd } = await served({ address });
    expect(await command(['send', 'open', '--json'], { cwd })).toEqual({
      code: 1,
      stdout: '{"status":401,"body":"{\\"error\\":\\"unauthorized\\"}"}\n',
      stderr: '',
    });
  });

  test('names the webhooks that there are when it does not know one', async () => {
    const { folder: cwd } = await served();
    const { code, stderr } = await command(['send', 'nope'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('has no webhook nope; it has push, open'),
    });
  });

  test('says which secret is missing, and no other one', async () => {
    const { folder: cwd } = await served();
    const { code, stderr } = await command(['send', 'push'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 78,
      stderr: expect.stringContaining('the environment variable PUSH_SECRET is not set'),
    });
  });

  test('says so when nobody listens where the service should', async () => {
    const { address, deliveries } = await receiver(202, '{}');
    const { folder: cwd } = await served({ address: address.replace(/\d+$/, '1') });
    const { code, stderr } = await command(['send', 'open'], { cwd });
    expect({ code, stderr, deliveries }).toEqual({
      code: 1,
      stderr: expect.stringContaining('cannot be reached'),
      deliveries: [],
    });
  });

  test('says where a file that is no TOML is wrong', async () => {
    const { folder: cwd } = await served();
    await writeFile(join(cwd, 'untether.toml'), 'a = \n');
    const { code, stderr } = await command(['send', 'open'], { cwd });
    expect({ code, stderr }).toEqual({ code: 78, stderr: expect.stringContaining('untether.toml:1:') });
  });
});
