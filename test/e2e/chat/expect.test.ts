/** Holds the real program to telling once when nothing arrives at a webhook, and that something does again. */
import { describe, expect, test } from 'vitest';
import { eventually } from '../../support/untether.ts';
import { ADMIN, chatToml, liveStage } from './support.ts';
import type { LiveStage } from './support.ts';

const SILENT =
  /^⏰ webhook:report: nothing has arrived since \w{3} [\d-]{10} [\d:]{5,8} \(UTC\); expected every 2s$/;
const AGAIN = /^💚 webhook:report: a delivery arrived again, .+ late$/;

const toml = `
[[triggers.webhooks]]
id = "report"
path = "/report"
auth = "none"
action = "command"
command = ["true"]
expect = { every = "2s" }
`;

function stageIt(): Promise<LiveStage> {
  return liveStage((api) => chatToml(api, toml));
}

async function conditions({ control }: LiveStage): Promise<readonly string[]> {
  return (await control.status()).conditions.map(({ code }) => code);
}

describe.concurrent('a webhook at which nothing arrives', () => {
  test('is told of aloud, and in silence that something arrived again; then it counts anew', async () => {
    await using stage = await stageIt();
    const { api, service } = stage;
    const silence = await api.sees(ADMIN, SILENT);
    expect(silence.silent).toBe(false);
    await service.child.sees(/nothing has arrived for too long/);
    expect(await conditions(stage)).toContain('delivery_overdue');
    expect((await service.post('/report', '{}')).status).toBe(202);
    expect((await api.sees(ADMIN, AGAIN)).silent).toBe(true);
    await api.until(
      () => api.texts(ADMIN).filter((text) => SILENT.test(text)).length > 1,
      'the next silence',
    );
    expect(api.texts(ADMIN).map((text) => SILENT.test(text))).toEqual([true, false, true]);
    expect(api.complaints).toEqual([]);
  });

  test('is not overdue while it is paused, and gets its whole time after that', async () => {
    await using stage = await stageIt();
    const { api, control } = stage;
    const first = await api.sees(ADMIN, SILENT);
    await control.pause({ trigger: 'report', by: 'test' });
    await eventually(
      'it is overdue no more',
      async () => !(await conditions(stage)).includes('delivery_overdue'),
    );
    await control.resume({ trigger: 'report' });
    const second = await api.until(
      () => api.messages(ADMIN).find(({ id, text }) => id > first.id && SILENT.test(text)),
      'the silence after the pause',
    );
    expect(second.text).not.toBe(first.text);
    expect(api.complaints).toEqual([]);
  });

  test.for(['stop', 'kill'] as const)('is not told of again after a %s, but its end is', async (end) => {
    await using stage = await stageIt();
    const { api, sandbox, service } = stage;
    await api.sees(ADMIN, SILENT);
    await eventually('it is sent', async () => (await stage.control.status()).outbox.waiting === 0);
    await service[end]();
    const second = await sandbox.start();
    expect(await conditions(stage)).toContain('delivery_overdue');
    expect((await second.post('/report', '{}')).status).toBe(202);
    await api.sees(ADMIN, AGAIN);
    expect(
      api
        .texts(ADMIN)
        .slice(0, 2)
        .map((text) => SILENT.test(text)),
    ).toEqual([true, false]);
    expect(api.complaints).toEqual([]);
  });
});
