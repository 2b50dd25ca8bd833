/** What was a crontab or a hook of another program does the same here: imported, started, fired. */
import { createHmac } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { Sandbox, eventually } from '../support/untether.ts';

const SERVER = '\n[triggers.server]\nport = 0\n';

it('runs the jobs of a crontab as cron did: its variables, its input, its percent signs, its home', async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.write(
    'jobs.crontab',
    [
      'GREETING="hello there"',
      '@reboot echo "$GREETING 100\\%" > "$HOME/said"',
      '@reboot cat > fed%one%two {{three}}',
    ].join('\n'),
  );
  const { code, stdout, stderr } = await sandbox.run('import', 'crontab', 'jobs.crontab');
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('line 2: it fires') });
  await sandbox.write('untether.toml', `${stdout}${SERVER}`);
  const service = await sandbox.start();
  await eventually('both jobs have run', async () => {
    const [said, fed] = await Promise.all([sandbox.read('said'), sandbox.read('fed')]);
    return said === 'hello there 100%\n' && fed === 'one\ntwo {{three}}\n';
  });
  await service.stop();
});

it('answers the senders of a hook of adnanh/webhook, and hands its command what it was handed', async () => {
  await using sandbox = await Sandbox.make();
  await sandbox.write('deploy.sh', '#!/bin/sh\nprintf "%s|" "$@" "$WHO" > "$HOME/handed"\n');
  await chmod(sandbox.path('deploy.sh'), 0o755);
  const hook = {
    id: 'deploy',
    'execute-command': './deploy.sh',
    'pass-arguments-to-command': [
      { source: 'string', name: '--ref' },
      { source: 'payload', name: 'ref' },
      { source: 'payload', name: 'commits.1.id' },
      { source: 'header', name: 'X-GitHub-Event' },
    ],
    'pass-environment-to-command': [{ source: 'payload', name: 'pusher.name', envname: 'WHO' }],
    'trigger-rule': {
      match: {
        type: 'payload-hmac-sha256',
        secret: 'only-the-test-knows',
        parameter: { source: 'header', name: 'X-Hub-Signature-256' },
      },
    },
  };
  await sandbox.write('hooks.json', JSON.stringify([hook]));
  const { toml, notes } = await sandbox.json<{ toml: string; notes: unknown[] }>(
    'import',
    'adnanh-webhook',
    'hooks.json',
  );
  expect(notes).toEqual([]);
  await sandbox.write('untether.toml', `${toml}${SERVER}`);
  const service = await sandbox.start();
  const body = JSON.stringify({ ref: 'main', commits: [{ id: 'a' }, { id: 'b' }], pusher: { name: 'Ada' } });
  const signature = createHmac('sha256', 'only-the-test-knows').update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-github-event': 'push' };
  expect((await service.post('/hooks/deploy', body, headers)).status).toBe(401);
  const signed = { ...headers, 'x-hub-signature-256': `sha256=${signature}` };
  expect((await service.post('/hooks/deploy', body, signed)).status).toBe(202);
  await eventually('the command was handed its values', async () => {
    const handed = await readFile(sandbox.path('handed'), 'utf8').catch(() => '');
    return handed === '--ref|main|b|push|Ada|';
  });
  await service.stop();
});
