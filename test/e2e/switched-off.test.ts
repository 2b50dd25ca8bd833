/** A cron that is switched off in the file: it is found, held back and explained, and it is not fired. */
import { expect, it } from 'vitest';
import { Sandbox } from '../support/untether.ts';

const toml = (everything: boolean): string => `default_timezone = "UTC"
[triggers]
enabled = ${everything}
[triggers.server]
port = 0
[[triggers.crons]]
id = "off"
enabled = false
schedule = "0 2 * * *"
timezone = "Asia/Tokyo"
action = "command"
command = ["true"]
[[triggers.crons]]
id = "on"
schedule = "0 3 1 1 *"
action = "command"
command = ["true"]
`;

it('says so to next and why, can be paused until a time, and is refused to fire', async () => {
  await using sandbox = await Sandbox.make(toml(true));
  expect((await sandbox.run('next', 'off')).stdout).toBe('cron:off: disabled in the file\n');
  const service = await sandbox.start();
  expect((await sandbox.run('next', 'off')).stdout).toBe('cron:off: disabled in the file\n');
  expect((await sandbox.run('why', 'off')).stdout).toBe(
    'cron:off has not been due or received anything yet; disabled in the file\n',
  );
  expect((await sandbox.run('why', 'off', '2020-01-01 02:00')).stdout).toMatch(
    /^the ledger holds nothing of 2020-01-01 02:00 Asia\/Tokyo: .*; disabled in the file\n$/,
  );
  expect(await sandbox.run('fire', 'off')).toMatchObject({
    code: 1,
    stderr: 'error: cron:off is disabled in the file\n',
  });

  expect((await sandbox.run('pause', 'off', '--until', 'tomorrow 9am')).stdout).toMatch(
    /^cron:off is paused by .+ until /,
  );
  expect((await sandbox.run('why', 'off')).stdout).toMatch(
    /; disabled in the file; now paused by .+ \(command line\) until \d{4}-\d\d-\d\d 18:00 \(Asia\/Tokyo\)\n$/,
  );
  expect((await sandbox.run('pause', '--until', '2020-01-01 09:00')).code).toBe(2);
  expect((await sandbox.run('resume', 'off')).stdout).toBe('nothing is paused\n');

  // With everything switched off, so is every cron.
  await sandbox.save(toml(false));
  await sandbox.run('reload');
  expect((await sandbox.run('next', 'on')).stdout).toBe('cron:on: disabled in the file\n');
  expect(JSON.parse((await service.get('/health')).body)).toMatchObject({ crons: 0 });
  expect((await service.stop()).code).toBe(0);
});
