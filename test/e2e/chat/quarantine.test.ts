/** Holds the real program to pausing what fails again and again, or calls itself, and to saying so. */
import { describe, expect, test } from 'vitest';
import { eventually } from '../../support/untether.ts';
import { ADMIN, chatToml, labels, liveStage, Talker } from './support.ts';

const FAILING = `
[[triggers.webhooks]]
id = "deploy"
path = "/deploy"
auth = "none"
action = "command"
command = ["false"]
quarantine_after = 2
`;

const echo = (url: string): string => `
[[triggers.webhooks]]
id = "echo"
path = "/echo"
auth = "none"
action = "http_forward"
forward_url = "${url}/echo"
allow_private = ["127.0.0.0/8"]
loop_limit = 3
`;

describe.concurrent('a trigger that is no good', () => {
  test('is paused after so many failures in a row, and a button lets it go on', async () => {
    await using stage = await liveStage((api) => chatToml(api, FAILING));
    const { api, service, control } = stage;
    const failures = async (): Promise<number> =>
      (await control.runs({ trigger: 'deploy', state: 'failed', limit: 9 })).length;
    for (const count of [1, 2]) {
      expect((await service.post('/deploy', '{}')).status).toBe(202);
      await eventually('it has failed', async () => (await failures()) === count);
    }
    const admin = new Talker(api, ADMIN);
    const told = await admin.after(
      0,
      /^🚧 webhook:deploy is paused: 2 runs failed in a row, the last: exit 1\./,
    );
    expect(labels(told)).toEqual(['Resume', 'Log', 'Why']);
    expect((await service.post('/deploy', '{}')).status).toBe(503);
    expect((await control.status()).pauses).toMatchObject([{ trigger: 'webhook:deploy', by: 'quarantine' }]);
    expect((await admin.press(told, 'Resume')).toast).toBe('▶️ nothing is paused');
    expect((await service.post('/deploy', '{}')).status).toBe(202);
    await eventually('it has failed again', async () => (await failures()) === 3);
    expect((await control.status()).pauses).toEqual([]);
  });

  test('is paused when its runs call it', async () => {
    await using stage = await liveStage((api) => chatToml(api, FAILING));
    const { api, sandbox, service, control } = stage;
    await sandbox.save(
      chatToml(api, echo(service.url)).replace('port = 0', `port = ${new URL(service.url).port}`),
    );
    await eventually('it is served', async () => (await service.get('/echo')).status === 405);
    expect((await service.post('/echo', '{}')).status).toBe(202);
    const told = await new Talker(api, ADMIN).after(
      0,
      /^🚧 webhook:echo is paused: it was called 4 times within 10m/,
    );
    expect(labels(told)).toContain('Resume');
    expect((await control.status()).pauses).toMatchObject([{ trigger: 'webhook:echo' }]);
  });
});
