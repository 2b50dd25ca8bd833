/** An earlier configuration comes back at once, whole, and stays until the file says something else. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';
import type { Service } from '../support/untether.ts';

const server = '[triggers.server]\nport = 0\nrate_limit = 1000000\n';
const hook = (id: string): string => `
[[triggers.webhooks]]
id = "${id}"
path = "/${id}"
secret = "pass-word"
action = "command"
command = ["true"]
`;
const bearer = { authorization: 'Bearer pass-word' };

interface Report {
  readonly ok: boolean;
  readonly revision: number;
  readonly putBack: number | null;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
interface Revision {
  readonly revision: number;
  readonly live: boolean;
  readonly putBack: number | null;
}
interface Status {
  readonly revision: number;
  readonly webhooks: number;
  readonly conditions: ReadonlyArray<{ readonly code: string; readonly text: string }>;
}

/** A service with revisions 1 to 3, which add a webhook each. */
async function threeRevisions(): Promise<{ sandbox: Sandbox; service: Service }> {
  const sandbox = await Sandbox.make(server + hook('one'));
  const service = await sandbox.start();
  await sandbox.save(server + hook('one') + hook('two'));
  await sandbox.json('reload');
  await sandbox.save(server + hook('one') + hook('two') + hook('three'));
  await sandbox.json('reload');
  return { sandbox, service };
}

async function answer(service: Service, id: string): Promise<number> {
  return (await service.post(`/${id}`, '{}', bearer)).status;
}

it('puts the one before back, then the one before that, and any that is named', async () => {
  const { sandbox, service } = await threeRevisions();
  await using _ = sandbox;
  expect(await sandbox.json<Report>('rollback')).toMatchObject({
    ok: true,
    revision: 4,
    putBack: 2,
    removed: ['webhook:three'],
  });
  expect([await answer(service, 'two'), await answer(service, 'three')]).toEqual([202, 404]);
  expect(await sandbox.json<Report>('rollback')).toMatchObject({ revision: 5, putBack: 1 });
  expect(await answer(service, 'two')).toBe(404);
  const none = await sandbox.run('rollback');
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('kept are 5, 4, 3, 2, 1')]);
  // Number 3 is what the file says: it takes no putting back.
  expect(await sandbox.json<Report>('rollback', '3')).toMatchObject({ revision: 6, putBack: null });
  expect(await answer(service, 'three')).toBe(202);
  expect(await sandbox.json<readonly Revision[]>('rollback', '--list')).toMatchObject([
    { revision: 6, live: true, putBack: null },
    ...[5, 4, 3, 2, 1].map((revision) => ({ revision, live: false })),
  ]);
  expect((await sandbox.run('rollback', '7')).stderr).toContain('there is no revision 7');
  expect((await sandbox.run('rollback', 'yesterday')).code).toBe(2);
});

it('stays over reloads and a restart, says so wherever one looks, and ends with the next change of the file', async () => {
  const { sandbox, service: first } = await threeRevisions();
  await using _ = sandbox;
  await sandbox.json('rollback', '1');
  expect(await sandbox.json<Report>('reload')).toMatchObject({ ok: true, putBack: 1 });
  first.signal('SIGHUP');
  expect(await sandbox.json<Status>('status')).toMatchObject({
    webhooks: 1,
    conditions: [{ code: 'rolled_back', text: expect.stringContaining('revision 1') as string }],
  });
  await first.kill();
  const second = await sandbox.start();
  expect(await answer(second, 'two')).toBe(404);
  expect(await sandbox.json<Status>('status')).toMatchObject({
    revision: 4,
    conditions: [{ code: 'rolled_back' }],
  });
  expect(await sandbox.json('plan')).toMatchObject({
    ok: true,
    putBack: 1,
    added: ['webhook:two', 'webhook:three'],
  });
  expect((await sandbox.run('check')).stdout).toContain('revision 1 was put back');
  expect((await sandbox.run('chat', '/status')).stdout).toContain('earlier configuration is live');
  await sandbox.save(`${server}${hook('one')}${hook('two')}${hook('three')}# changed\n`);
  await eventually('the file counts again', async () => (await answer(second, 'three')) === 202);
  expect(await sandbox.json<Status>('status')).toMatchObject({ revision: 5, conditions: [] });
  await second.kill();
  const third = await sandbox.start();
  expect(await answer(third, 'three')).toBe(202);
});

it('comes back by the chat, and a save that took half of the triggers away names the way', async () => {
  await using sandbox = await Sandbox.make(server + ['a', 'b', 'c', 'd'].map(hook).join(''));
  const service = await sandbox.start();
  await sandbox.save(server + hook('a'));
  await eventually('the save is live', async () => (await answer(service, 'b')) === 404);
  expect(service.child.stdout + service.child.stderr).toContain('took away 3 of 4 triggers');
  expect(service.child.stdout + service.child.stderr).toContain('/rollback');
  const { stdout } = await sandbox.run('chat', '/rollback');
  expect(stdout).toContain('revision 1, put back until the file changes');
  expect(await answer(service, 'b')).toBe(202);
  expect((await sandbox.run('chat', '/rollback list')).stdout).toMatch(/3 \(.*live, revision 1 put back/);
});

it('brings included files back, too', async () => {
  await using sandbox = await Sandbox.make(`include = ["d/*.toml"]\n${server}`);
  await mkdir(sandbox.path('d'));
  await sandbox.write('d/a.toml', hook('one'));
  const service = await sandbox.start();
  await sandbox.write('d/a.toml', hook('two'));
  await sandbox.json('reload');
  await eventually('the new one is live', async () => (await answer(service, 'two')) === 202);
  await sandbox.json('rollback');
  expect([await answer(service, 'one'), await answer(service, 'two')]).toEqual([202, 404]);
  await sandbox.write('d/b.toml', hook('three'));
  await eventually('the files count again', async () => (await answer(service, 'two')) === 202);
  expect([await answer(service, 'one'), await answer(service, 'three')]).toEqual([404, 202]);
});

it('keeps the last ten where nobody else may read them, with no text in the ledger', async () => {
  await using sandbox = await Sandbox.make(server);
  await sandbox.start();
  for (let n = 1; n <= 12; n += 1) {
    await sandbox.save(`${server}${hook(`id-${n}`)}`);
    await sandbox.json('reload');
  }
  const folder = sandbox.path('.untether/revisions');
  const names = await readdir(folder);
  expect(names).toHaveLength(10);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of names) expect((await stat(`${folder}/${name}`)).mode & 0o777, name).toBe(0o600);
  expect(await sandbox.read('.untether/untether.db')).not.toContain('pass-word');
  expect(await sandbox.read('.untether/untether.db-wal')).not.toContain('pass-word');
});
