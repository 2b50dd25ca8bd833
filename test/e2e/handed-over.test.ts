/** A port that somebody holds for the service, or that it keeps for itself: no restart refuses a connection. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { issue } from '../support/certificate.ts';
import { Sandbox, Service, eventually } from '../support/untether.ts';

const HOLDER = fileURLToPath(new URL('../support/systemd/holder.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

const server = (port: number, more = ''): string =>
  `[triggers.server]\nhost = "127.0.0.1"\nport = ${port}\nrate_limit = 1000000\n${more}
[[triggers.webhooks]]\nid = "h"\npath = "/h"\nauth = "none"\naction = "command"\ncommand = ["true"]\n`;

interface Status {
  readonly address: string;
  readonly startedAt: string;
  readonly queue: { readonly queued: number; readonly running: number };
}

const statusOf = (sandbox: Sandbox): Promise<Status> => sandbox.json<Status>('status');

/** Senders that ask again and again, each time on a connection of its own, until they are told to end. */
function load(service: Service, senders: number) {
  const answers = new Map<string, number>();
  let isOver = false;
  const note = (answer: string): unknown => answers.set(answer, (answers.get(answer) ?? 0) + 1);
  const work = Array.from({ length: senders }, async () => {
    while (!isOver) {
      await service.post('/h', '{}').then(
        ({ status }) => note(String(status)),
        (error: unknown) => note((error as { readonly code?: string }).code ?? String(error)),
      );
    }
  });
  return {
    answers,
    end: async () => {
      isOver = true;
      await Promise.all(work);
    },
  };
}

/** Restarts under load and answers with what senders got, by how often. */
async function restartedUnderLoad(sandbox: Sandbox, service: Service): Promise<ReadonlyMap<string, number>> {
  const { answers, end } = load(service, 8);
  await eventually('senders are answered', async () => (answers.get('202') ?? 0) > 20);
  expect((await sandbox.run('restart')).code).toBe(0);
  const before = answers.get('202') ?? 0;
  await eventually('they are answered by the next life', async () => (answers.get('202') ?? 0) > before + 20);
  await end();
  return answers;
}

const kinds = (answers: ReadonlyMap<string, number>): readonly string[] =>
  [...answers.keys()].filter((answer) => answer !== '202' && answer !== '503');

describe.skipIf(!hasPython)('a port that systemd holds (skipped: no python3 to hold it with)', () => {
  it('is taken as it is handed over, whatever the file says, and no restart refuses a connection', async () => {
    await using sandbox = await Sandbox.make(server(1));
    const service = await sandbox.startBy('python3', [HOLDER]);
    const held = await service.child.sees(/^holds (\d+)$/m);
    const { address } = await statusOf(sandbox);
    expect(address).toBe(`http://127.0.0.1:${held}`);
    expect(kinds(await restartedUnderLoad(sandbox, service))).toEqual([]);
    expect(service.child.stdout).toMatch(/^ended with 0$/m);
    expect((await statusOf(sandbox)).address).toBe(address);
    await service.stop();
  });

  it('stays where it is when the file moves it, the report says whose it is, and TLS may be spoken on it', async () => {
    await using sandbox = await Sandbox.make(`watch_config = false\n${server(1)}`);
    const service = await sandbox.startBy('python3', [HOLDER]);
    const { address } = await statusOf(sandbox);
    await sandbox.write('untether.toml', `watch_config = false\n${server(2)}`);
    const report = await sandbox.json<{ readonly outcomes: readonly unknown[] }>('reload');
    expect(report.outcomes).toEqual([
      {
        key: 'triggers.server',
        class: 'listener_reload',
        text: `stays on ${address}: that is for systemd's socket unit to say`,
      },
    ]);
    expect((await service.get('/health')).status).toBe(200);

    const { cert, key } = issue();
    await sandbox.write('c.pem', cert);
    await sandbox.write('k.pem', key);
    const tls = 'tls = { cert = "c.pem", key = "k.pem" }\n';
    await sandbox.write('untether.toml', `watch_config = false\n${server(3, tls)}`);
    const url = address.replace('http:', 'https:');
    const { outcomes } = await sandbox.json<{ readonly outcomes: readonly unknown[] }>('reload');
    expect(outcomes).toEqual([
      {
        key: 'triggers.server',
        class: 'listener_reload',
        text: expect.stringContaining(`stays on ${url}: `),
      },
      {
        key: 'triggers.server',
        class: 'listener_reload',
        text: expect.stringContaining(`listens on ${url}, with a certificate until`),
      },
    ]);
    expect((await new Service(sandbox, service.child, url).get('/health')).status).toBe(200);
    await service.stop();
  });
});

describe('a port that the service keeps for itself', () => {
  it('refuses no connection while it restarts in place, again and again', async () => {
    await using sandbox = await Sandbox.make(server(0));
    const service = await sandbox.start();
    const { address } = await statusOf(sandbox);
    for (let life = 0; life < 2; life += 1) {
      expect(kinds(await restartedUnderLoad(sandbox, service))).toEqual([]);
      expect((await statusOf(sandbox)).address).toBe(address);
    }
    await service.stop();
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });

  it('is let go of where the file says another, and is held by no child', async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    await using sandbox = await Sandbox.make(`watch_config = false\n${server(0)}`);
    const service = await sandbox.start();
    const { address } = await statusOf(sandbox);
    await sandbox.save(`watch_config = false\n${server(port)}`);
    expect((await sandbox.run('restart')).code).toBe(0);
    expect((await statusOf(sandbox)).address).toBe(`http://127.0.0.1:${port}`);
    await expect(fetch(`${address}/health`)).rejects.toThrow();
    await service.stop();
  });
});
