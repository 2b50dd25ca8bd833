/** Included files come, change and go while the service runs; a bad one is nobody's misfortune but its own. */
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

const main = 'include = ["triggers.d/*.toml"]\n[triggers.server]\nport = 0\nrate_limit = 1000000\n';
const hook = (id: string): string => `
[[triggers.webhooks]]
id = "${id}"
path = "/${id}"
secret = "pass-word"
action = "command"
command = ["true"]
`;
const bearer = { authorization: 'Bearer pass-word' };

interface Status {
  readonly revision: number;
  readonly conditions: ReadonlyArray<{ readonly code: string; readonly text: string }>;
  readonly lastReload: { readonly ok: boolean; readonly issues: ReadonlyArray<{ readonly file: string }> };
}

async function sandboxWith(files: Readonly<Record<string, string>>): Promise<Sandbox> {
  const sandbox = await Sandbox.make(main + hook('main'));
  await mkdir(sandbox.path('triggers.d'));
  for (const [name, text] of Object.entries(files)) await sandbox.write(`triggers.d/${name}`, text);
  return sandbox;
}

it('serves what a new file adds, follows its changes, and lets it go, without a save of the main file', async () => {
  await using sandbox = await sandboxWith({ 'a.toml': hook('a') });
  const service = await sandbox.start();
  const answers = async (id: string, status: number): Promise<void> =>
    eventually(
      `/${id} answers ${status}`,
      async () => (await service.post(`/${id}`, '{}', bearer)).status === status,
    );
  await answers('a', 202);
  await sandbox.write('triggers.d/b.toml', hook('b'));
  await answers('b', 202);
  await sandbox.write('b.new', hook('b') + hook('c'));
  await rename(sandbox.path('b.new'), sandbox.path('triggers.d/b.toml'));
  await answers('c', 202);
  await rm(sandbox.path('triggers.d/b.toml'));
  await answers('b', 404);
  await answers('main', 202);
  await answers('a', 202);
});

it('follows a folder of files that is not there yet, and one that is swapped as Kubernetes does', async () => {
  await using sandbox = await Sandbox.make(main + hook('main'));
  const service = await sandbox.start();
  await mkdir(sandbox.path('v1'));
  await mkdir(sandbox.path('v2'));
  await sandbox.write('v1/a.toml', hook('one'));
  await sandbox.write('v2/a.toml', hook('two'));
  await mkdir(sandbox.path('triggers.d'));
  await symlink('../v1', sandbox.path('triggers.d/..data'));
  await symlink('..data/a.toml', sandbox.path('triggers.d/a.toml'));
  await eventually(
    'the folder is seen',
    async () => (await service.post('/one', '{}', bearer)).status === 202,
  );
  await symlink('../v2', sandbox.path('triggers.d/..data_tmp'));
  await rename(sandbox.path('triggers.d/..data_tmp'), sandbox.path('triggers.d/..data'));
  await eventually('the swap is seen', async () => (await service.post('/two', '{}', bearer)).status === 202);
  expect((await service.post('/one', '{}', bearer)).status).toBe(404);
});

it('goes on with what a bad file last said, takes all others, and says which it is until it is mended', async () => {
  await using sandbox = await sandboxWith({ 'a.toml': hook('a'), 'b.toml': hook('b') });
  const service = await sandbox.start();
  await sandbox.write('triggers.d/a.toml', `${hook('a')}[limits]\n`);
  await sandbox.write('triggers.d/b.toml', hook('b') + hook('more'));
  const { code, stdout } = await sandbox.run('reload', '--json');
  expect(code).toBe(78);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    held: [{ file: sandbox.path('triggers.d/a.toml'), keeps: true }],
    issues: [{ file: sandbox.path('triggers.d/a.toml'), line: 8, path: 'limits' }, { severity: 'warning' }],
  });
  for (const id of ['main', 'a', 'b', 'more'])
    expect((await service.post(`/${id}`, '{}', bearer)).status, id).toBe(202);
  const { conditions, lastReload } = await sandbox.json<Status>('status');
  expect(lastReload.ok).toBe(false);
  expect(conditions).toMatchObject([
    { code: 'include_invalid', text: expect.stringContaining('a.toml:8:2') as string },
  ]);
  await sandbox.write('triggers.d/a.toml', hook('a') + hook('mended'));
  await eventually('it is mended', async () => (await service.post('/mended', '{}', bearer)).status === 202);
  expect(await sandbox.json<Status>('status')).toMatchObject({ conditions: [], lastReload: { ok: true } });
});

it('goes on with what a bad file last said after a restart', async () => {
  await using sandbox = await sandboxWith({ 'a.toml': hook('a') });
  const first = await sandbox.start();
  await sandbox.write('triggers.d/a.toml', hook('a').replace('secret', 'secrt'));
  await sandbox.write('triggers.d/b.toml', hook('b'));
  expect((await sandbox.run('reload')).code).toBe(78);
  await first.kill();
  const second = await sandbox.start();
  for (const id of ['main', 'a', 'b'])
    expect((await second.post(`/${id}`, '{}', bearer)).status, id).toBe(202);
  expect((await sandbox.json<Status>('status')).conditions).toMatchObject([{ code: 'include_invalid' }]);
  await second.kill();
  // What a file never said cannot go on.
  await sandbox.write('triggers.d/a.toml', hook('a').replace('"pass-word"', '{ env = "GONE" }'));
  await sandbox.write('triggers.d/c.toml', 'x = [');
  const third = await sandbox.start();
  expect((await third.post('/a', '{}', bearer)).status).toBe(202);
  expect((await third.post('/b', '{}', bearer)).status).toBe(202);
});

it('starts without a bad file, and loudly; `check` refuses it and names every good one', async () => {
  await using sandbox = await sandboxWith({ 'a.toml': 'x = [', 'b.toml': hook('b') });
  const service = await sandbox.start();
  expect((await service.post('/b', '{}', bearer)).status).toBe(202);
  expect(service.child.stdout + service.child.stderr).toContain('included file refused');
  expect((await sandbox.json<Status>('status')).conditions).toMatchObject([{ code: 'include_invalid' }]);
  const bad = await sandbox.run('check');
  expect(bad.code).toBe(78);
  expect(bad.stdout).toContain(`${sandbox.path('triggers.d/a.toml')}:1:`);
  await sandbox.write('triggers.d/a.toml', hook('a'));
  await eventually('it is mended', async () => (await service.post('/a', '{}', bearer)).status === 202);
  const { files } = await sandbox.json<{ files: readonly string[] }>('check');
  expect(files.map((file) => file.replace(`${sandbox.folder}/`, ''))).toEqual([
    'untether.toml',
    'triggers.d/a.toml',
    'triggers.d/b.toml',
  ]);
  const good = await sandbox.run('check');
  expect([good.code, good.stdout]).toEqual([
    0,
    expect.stringMatching(/2 included files has .*a\.toml.*b\.toml/s),
  ]);
});

it('keeps the triggers of an included file while it is written in halves', async () => {
  await using sandbox = await sandboxWith({ 'a.toml': hook('one') + hook('two') });
  const service = await sandbox.start();
  const statuses = new Set<number>();
  await sandbox.write('triggers.d/a.toml', hook('one'));
  const until = performance.now() + 1_500;
  await eventually('the writer goes on', async () => {
    statuses.add((await service.post('/two', '{}', bearer)).status);
    return performance.now() > until;
  });
  await sandbox.write('triggers.d/a.toml', hook('one') + hook('two') + hook('three'));
  await eventually('the whole file is live', async () => {
    statuses.add((await service.post('/two', '{}', bearer)).status);
    return (await service.post('/three', '{}', bearer)).status === 202;
  });
  expect(statuses).toEqual(new Set([202]));
});
