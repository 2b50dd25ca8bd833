/** The secrets of a run through the real process: it keeps those of its time, and nobody is shown them. */
import { expect, it } from 'vitest';
import { Receiver } from '../support/receiver.ts';
import { Sandbox, eventually } from '../support/untether.ts';

const server = '[triggers.server]\nport = 0\n';

/** Fails until there is a file `gate`, then prints its secret, and tells a monitor whose whole address is a secret. */
const trigger = `
[[triggers.webhooks]]
id = "x"
path = "/x"
auth = "none"
action = "command"
command = ["sh", "-c", "test -e gate && echo the key is $KEY"]
env = { KEY = { env = "DEPLOY_KEY" } }
retries = 100
backoff = "100ms"
max_backoff = "100ms"
ping = { success = { env = "MONITOR" }, allow_private = ["127.0.0.1"] }
`;

it('runs with them to its end though its trigger has left the file, and masks them still', async () => {
  await using receiver = await Receiver.start();
  const env = { DEPLOY_KEY: 'open-sesame-7', MONITOR: `${receiver.url}/ping/a1b2c3` };
  await using sandbox = await Sandbox.make(server + trigger, env);
  const service = await sandbox.start();
  const { run } = JSON.parse((await service.post('/x', '{}')).body) as { run: string };
  await sandbox.save(server);
  await eventually('the webhook is gone', async () => (await service.post('/x', '{}')).status === 404);
  await sandbox.write('gate', '');
  expect((await receiver.nth(1)).url).toBe('/ping/a1b2c3');
  // The deliveries that asked whether it is gone are runs, too.
  const shown = (): Promise<{ state: string; output: string }> => sandbox.json('runs', run);
  await eventually('this one has its gate, too', async () => (await shown()).state === 'succeeded');
  expect((await shown()).output).toContain('the key is [secret]\n');
  expect((await sandbox.run('runs', run)).stdout).not.toContain('open-sesame-7');
  expect((await sandbox.run('logs', run)).stdout).toContain('the key is open-sesame-7\n');
});
