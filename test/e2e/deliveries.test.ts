/** What senders were told stays known: deliveries that made no run are counted, shown, and outlive a restart. */
import { expect, it } from 'vitest';
import { Sandbox } from '../support/untether.ts';

const toml = `
[triggers.server]
port = 0
[[triggers.webhooks]]
id = "x"
path = "/x"
secret = "pass-word"
event_filter = "push"
action = "command"
command = ["true"]
`;
const bearer = { authorization: 'Bearer pass-word' };

interface Status {
  readonly deliveries: { readonly today: Readonly<Record<string, number>> };
}
interface Why {
  readonly sentence: string;
}

it('counts what was filtered and refused, tells it at once, and still after a restart', async () => {
  await using sandbox = await Sandbox.make(toml);
  const first = await sandbox.start();
  for (let n = 0; n < 3; n += 1) {
    expect((await first.post('/x', '{}', { ...bearer, 'x-github-event': 'issues' })).status).toBe(200);
  }
  expect((await first.post('/x', '{}')).status).toBe(401);
  const counts = { filtered: 3, unauthorized: 1 };
  const sentence = expect.stringMatching(
    /^webhook:x received nothing that ran; today .*3 filtered \(event is not in event_filter\)/,
  );
  expect((await sandbox.json<Status>('status')).deliveries.today).toEqual(counts);
  expect(await sandbox.json<Why>('why', 'webhook:x')).toMatchObject({ state: 'never', sentence });
  await first.stop();

  const second = await sandbox.start();
  expect((await sandbox.json<Status>('status')).deliveries.today).toEqual(counts);
  expect((await second.post('/x', '{}', { ...bearer, 'x-github-event': 'push' })).status).toBe(202);
  expect((await sandbox.json<Status>('status')).deliveries.today).toEqual({ ...counts, accepted: 1 });
  expect((await sandbox.run('status')).stdout).toMatch(/^received .*\b3 filtered.* today \(UTC\)$/m);
});
