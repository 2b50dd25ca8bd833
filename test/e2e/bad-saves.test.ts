/** Whatever becomes of the file: the service answers on, and ends at what the file says last. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { describe, expect, it, test } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';
import type { Service } from '../support/untether.ts';

const server = '[triggers.server]\nport = 0\nrate_limit = 1000000\n';
const hook = (id: string, secret = '"pass-word"'): string => `
[[triggers.webhooks]]
id = "${id}"
path = "/${id}"
secret = ${secret}
action = "command"
command = ["true"]
`;
const good = server + hook('one');
const mended = good + hook('two');
const bearer = { authorization: 'Bearer pass-word' };

interface Status {
  readonly revision: number;
  readonly webhooks: number;
  readonly lastReload: {
    readonly ok: boolean;
    readonly issues: ReadonlyArray<{ readonly message: string }>;
  } | null;
}

async function answers(service: Service, id: string, status: number): Promise<void> {
  await eventually(
    `/${id} answers ${status}`,
    async () => (await service.post(`/${id}`, '{}', bearer)).status === status,
  );
}

/** How often something went live. */
function reloads({ child }: Service): number {
  return child.stdout.split('configuration live').length - 1;
}

describe('what is no configuration', () => {
  const cases: ReadonlyArray<
    readonly [what: string, make: (file: string) => Promise<unknown>, says: RegExp]
  > = [
    ['a folder', (file) => unlink(file).then(() => mkdir(file)), /is a folder, not a file/],
    [
      'a FIFO',
      async (file) => {
        await unlink(file);
        execFileSync('mkfifo', [file]);
      },
      /is not a regular file/,
    ],
    ['50 MB', (file) => writeFile(file, Buffer.alloc(50 * 1024 * 1024, '#')), /is larger than 32 MB/],
    ['not there', (file) => unlink(file), /does not exist/],
    [
      'a link that leads to itself',
      (file) => unlink(file).then(() => symlink(file, file)),
      /leads to itself/,
    ],
    ['no text', (file) => writeFile(file, Buffer.from([0x61, 0xff, 0xfe])), /not valid UTF-8/],
  ];

  test.for(cases)(
    '%s changes nothing, is told, and is over with the next good save',
    async ([, make, says]) => {
      await using sandbox = await Sandbox.make(good);
      const service = await sandbox.start();
      await make(sandbox.path('untether.toml'));
      await eventually('it is refused', async () => /configuration refused/.test(service.child.stdout));
      expect(service.child.stdout).toMatch(says);
      expect((await service.post('/one', '{}', bearer)).status).toBe(202);
      await rm(sandbox.path('untether.toml'), { recursive: true, force: true });
      await sandbox.write('untether.toml', mended);
      await answers(service, 'two', 202);
      expect((await sandbox.json<Status>('status')).lastReload).toMatchObject({ ok: true });
    },
  );

  it.skipIf(process.getuid?.() === 0)(
    'unreadable changes nothing (skipped for root, who may read everything)',
    async () => {
      await using sandbox = await Sandbox.make(good);
      const service = await sandbox.start();
      await chmod(sandbox.path('untether.toml'), 0);
      await eventually('it is refused', async () => /may not be read/.test(service.child.stdout));
      expect((await service.post('/one', '{}', bearer)).status).toBe(202);
    },
  );

  it('is a half written table for a whole second, in which nothing is lost', async () => {
    await using sandbox = await Sandbox.make(good);
    const service = await sandbox.start();
    await sandbox.write('untether.toml', `${good}[[triggers.webhooks]]\nid = "tw`);
    const until = performance.now() + 1_000;
    await eventually('the second is over', async () => {
      expect((await service.post('/one', '{}', bearer)).status).toBe(202);
      return performance.now() > until;
    });
    await sandbox.write('untether.toml', mended);
    await answers(service, 'two', 202);
  });
});

it('takes a file without any trigger at its word, and says so loudly', async () => {
  await using sandbox = await Sandbox.make(server + ['one', 'b', 'c', 'd'].map((id) => hook(id)).join(''));
  const service = await sandbox.start();
  // An empty one would move the service to the default port, which something else on this machine may hold.
  await sandbox.write('untether.toml', server);
  await answers(service, 'one', 404);
  expect(service.child.stdout).toContain('took away 4 of 4 triggers');
  expect(await sandbox.json<Status>('status')).toMatchObject({ webhooks: 0 });
});

describe('ways to save', () => {
  const ways: ReadonlyArray<readonly [what: string, save: (sandbox: Sandbox) => Promise<unknown>]> = [
    [
      'truncate and write, with a pause',
      async (sandbox) => {
        const file = sandbox.path('untether.toml');
        await truncate(file);
        await sandbox.run('status');
        await writeFile(file, mended);
      },
    ],
    [
      'delete and create',
      async (sandbox) => {
        await unlink(sandbox.path('untether.toml'));
        await sandbox.run('status');
        await sandbox.write('untether.toml', mended);
      },
    ],
    ['rename over', (sandbox) => sandbox.save(mended)],
  ];

  test.for(ways)('%s: the old is live until the new is, in one step', async ([, save]) => {
    await using sandbox = await Sandbox.make(good);
    const service = await sandbox.start();
    await save(sandbox);
    await eventually('the new one is live', async () => {
      expect((await service.post('/one', '{}', bearer)).status).toBe(202);
      return (await service.post('/two', '{}', bearer)).status === 202;
    });
    expect(reloads(service)).toBe(1);
  });

  it('a folder that is deleted and made anew, and saved in again', async () => {
    await using sandbox = await Sandbox.make();
    await mkdir(sandbox.path('etc'));
    await sandbox.write('etc/untether.toml', good);
    const service = await sandbox.start('--config', 'etc/untether.toml', '--state', 'state');
    await rm(sandbox.path('etc'), { recursive: true });
    await mkdir(sandbox.path('etc'));
    await sandbox.write('etc/untether.toml', mended);
    await answers(service, 'two', 202);
    await sandbox.write('etc/untether.toml', mended + hook('three'));
    await answers(service, 'three', 202);
  });

  it('a ConfigMap, whose `..data` is swapped again and again', async () => {
    await using sandbox = await Sandbox.make();
    await mkdir(sandbox.path('etc'));
    const swap = async (version: string, text: string): Promise<void> => {
      await mkdir(sandbox.path(`etc/..${version}`));
      await sandbox.write(`etc/..${version}/untether.toml`, text);
      await symlink(`..${version}`, sandbox.path('etc/..data_tmp'));
      await rename(sandbox.path('etc/..data_tmp'), sandbox.path('etc/..data'));
    };
    await swap('v1', good);
    await symlink('..data/untether.toml', sandbox.path('etc/untether.toml'));
    const service = await sandbox.start('--config', 'etc/untether.toml', '--state', 'state');
    await swap('v2', mended);
    await answers(service, 'two', 202);
    await rm(sandbox.path('etc/..v1'), { recursive: true });
    await swap('v3', mended + hook('three'));
    await answers(service, 'three', 202);
  });

  it('a hundred times a second: it ends at the last one, by few reloads', async () => {
    await using sandbox = await Sandbox.make(good);
    const service = await sandbox.start();
    const until = performance.now() + 3_000;
    let saves = 0;
    while (performance.now() < until) {
      await sandbox.save(`${good}# ${saves++}\n`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await sandbox.save(mended);
    await answers(service, 'two', 202);
    expect((await service.post('/one', '{}', bearer)).status).toBe(202);
    expect(saves).toBeGreaterThan(50);
    expect(reloads(service)).toBeLessThan(10);
  });
});

it('takes a secret whose own file changes, while the configuration is what it was', async () => {
  await using sandbox = await Sandbox.make(server + hook('one', '{ file = "one.secret" }'));
  await sandbox.write('one.secret', 'pass-word\n');
  const service = await sandbox.start();
  expect((await service.post('/one', '{}', bearer)).status).toBe(202);
  await sandbox.write('one.secret', 'another-word\n');
  await answers(service, 'one', 401);
  expect((await service.post('/one', '{}', { authorization: 'Bearer another-word' })).status).toBe(202);
  expect(service.child.stdout).toContain('"rotated":["webhook:one secret"]');
  await unlink(sandbox.path('one.secret'));
  await eventually('it is refused', async () => /configuration refused/.test(service.child.stdout));
  expect((await service.post('/one', '{}', { authorization: 'Bearer another-word' })).status).toBe(202);
  expect(service.child.stdout).not.toMatch(/pass-word|another-word/);
});

it('makes one reload of a burst of SIGHUP', async () => {
  await using sandbox = await Sandbox.make(`watch_config = false\n${good}`);
  const service = await sandbox.start();
  await sandbox.save(`watch_config = false\n${mended}`);
  for (let n = 0; n < 50; n += 1) service.signal('SIGHUP');
  await answers(service, 'two', 202);
  expect(reloads(service)).toBe(1);
});

it('leaves the old state whole when a save cannot be written down', async () => {
  await using sandbox = await Sandbox.make(good);
  // The disk takes no file above 2 MiB, as it takes nothing at all when it is full.
  const service = await sandbox.startCramped(2_048);
  const before = await sandbox.json<Status>('status');
  await sandbox.save(`${mended}# ${'x'.repeat(3 * 1024 * 1024)}\n`);
  await eventually('it is refused', async () => /cannot be kept/.test(service.child.stdout));
  expect((await service.post('/one', '{}', bearer)).status).toBe(202);
  expect((await service.post('/two', '{}', bearer)).status).toBe(404);
  expect(await sandbox.json<Status>('status')).toMatchObject({ revision: before.revision });
  await sandbox.save(mended);
  await answers(service, 'two', 202);
  await service.kill();
  const again = await sandbox.start();
  expect((await again.post('/two', '{}', bearer)).status).toBe(202);
});
