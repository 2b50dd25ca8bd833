/** What a filter does to deliveries of the running service, and what a broken one does to a save. */
import { expect, it } from 'vitest';
import { Sandbox } from '../support/untether.ts';

const toml = `
[triggers.server]
port = 0
[[triggers.webhooks]]
id = "pr"
path = "/pr"
secret = "pass-word"
filter = "event == 'pull_request' && body.action == 'opened' && !body.pull_request.draft && query.env != 'test'"
action = "command"
command = ["true"]
`;
const bearer = { authorization: 'Bearer pass-word' };

it('runs what passes, answers the rest with filtered, and tells why in the counters', async () => {
  await using sandbox = await Sandbox.make(toml);
  const service = await sandbox.start();
  const send = async (body: object, path = '/pr?env=prod', event = 'pull_request') => {
    const headers = { ...bearer, 'x-github-event': event };
    const reply = await service.post(path, JSON.stringify(body), headers);
    return `${reply.status} ${reply.body.replace(/,"run":"[^"]+"/, '')}`;
  };
  const filtered = '200 {"status":"filtered"}';
  expect(await send({ action: 'opened', pull_request: { draft: true } })).toBe(filtered);
  expect(await send({ action: 'closed' })).toBe(filtered);
  expect(await send({ action: 'opened' }, '/pr?env=test')).toBe(filtered);
  expect(await send({ action: 'opened' }, '/pr?env=prod', 'push')).toBe(filtered);
  expect(await send({ action: 'opened', pull_request: { draft: 'hunter2' } })).toBe(filtered);
  const { sentence } = await sandbox.json<{ sentence: string }>('why', 'webhook:pr');
  expect(sentence).toMatch(
    /5 filtered \(the filter failed in body\.pull_request\.draft: it is neither true nor false\)/,
  );
  expect(service.child.stdout + service.child.stderr + sentence).not.toContain('hunter2');

  expect(await send({ action: 'opened', pull_request: { draft: false } })).toBe('202 {"status":"accepted"}');
  expect(await send({ action: 'opened', pull_request: {} })).toBe('202 {"status":"accepted"}');
  expect(await sandbox.json<unknown[]>('runs')).toHaveLength(2);
});

it('refuses a save with a broken filter, with its line and the place in it, and keeps the one before', async () => {
  await using sandbox = await Sandbox.make(toml);
  const service = await sandbox.start();
  await sandbox.save(toml.replace("body.action == 'opened'", "body.action === 'opened'"));
  const report = await sandbox.run('reload');
  expect(report.code).toBe(78);
  expect(report.stdout + report.stderr).toMatch(
    /untether\.toml:8:1.*\.filter.*cannot be read: Unexpected .* \(character 42\)/s,
  );
  const headers = { ...bearer, 'x-github-event': 'pull_request' };
  expect((await service.post('/pr?env=prod', '{"action":"opened"}', headers)).status).toBe(202);
  expect((await service.post('/pr?env=prod', '{"action":"closed"}', headers)).status).toBe(200);
});
