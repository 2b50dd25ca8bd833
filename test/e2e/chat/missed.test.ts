/** A night without the service: what was missed is told once, and made up by a button or not at all. */
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/untether.ts';
import type { Sandbox } from '../../support/untether.ts';
import type { Stage } from './support.ts';
import { ADMIN, atRest, chatToml, labels, setStage, Talker } from './support.ts';

const HOUR_MS = 3_600_000;

const CRONS = `
[[triggers.crons]]
id = "report"
every = "1h"
action = "command"
command = ["echo", "reported"]
missed = "ask"

[[triggers.crons]]
id = "sync"
every = "1h"
action = "command"
command = ["true"]
missed_grace = "2h"

[[triggers.crons]]
id = "quiet"
every = "1h"
action = "command"
command = ["true"]
missed = "skip"
`;

interface Row {
  readonly id: string;
  readonly trigger: string;
  readonly state: string;
  readonly source: string;
  readonly reason: string | null;
}

/** As if the service had been stopped so long ago. */
function rewind(sandbox: Sandbox, byMs: number): void {
  const database = new DatabaseSync(sandbox.path('.untether/untether.db'));
  database.exec(`UPDATE meta SET value = value - ${byMs} WHERE key = 'accounted_until';
    UPDATE cron_states SET armed_at = armed_at - ${byMs};
    UPDATE boots SET stopped_at = stopped_at - ${byMs}, alive_at = alive_at - ${byMs}, started_at = started_at - ${byMs};`);
  database.close();
}

const rowsOf = (sandbox: Sandbox, trigger: string): Promise<readonly Row[]> =>
  sandbox.json<readonly Row[]>('runs', '--trigger', trigger, '--limit', '100');

async function afterANight(): Promise<Stage> {
  const stage = await setStage((api) => chatToml(api, CRONS));
  await (await stage.sandbox.start()).stop();
  rewind(stage.sandbox, 5 * HOUR_MS);
  return stage;
}

describe('after a night without the service', () => {
  it('one message lists what was missed, and a button makes the last of each up, once', async () => {
    await using stage = await afterANight();
    const { api, sandbox, control } = stage;
    await sandbox.start();
    const admin = new Talker(api, ADMIN);
    const told = await admin.after(0, /^💤 the service was down from /);
    expect(told.text).toMatch(/\ncron:report: 5 missed, .*, not run/);
    expect(told.text).toMatch(/\ncron:sync: 4 missed, .*, the last made up now/);
    expect(told.text).toMatch(/\ncron:quiet: 5 missed, .*, not run \(policy skip\)/);
    expect(labels(told)).toEqual(['Run last', 'Run all', 'Skip']);

    await Promise.all([admin.press(told, 'Run last'), admin.press(told, 'Run last')]);
    const settled = await admin.becomes(told, /▶️ 1 run began$/);
    expect(labels(settled)).toEqual([]);
    await atRest(control);
    const replays = (await rowsOf(sandbox, 'cron:report')).filter(({ state }) => state !== 'missed');
    expect(replays.map(({ state, reason }) => [state, reason])).toEqual([
      ['succeeded', expect.stringMatching(/^made up for \d{4}-\d\d-\d\d \d\d:00 UTC$/)],
    ]);
    expect((await rowsOf(sandbox, 'cron:report')).filter(({ state }) => state === 'missed')).toHaveLength(5);
    expect((await rowsOf(sandbox, 'cron:sync')).filter(({ state }) => state === 'succeeded')).toHaveLength(1);

    const { text } = await admin.ask('/missed', /^💤/);
    expect(text).toContain('cron:report: 4 missed');
    const why = await admin.ask('/why cron:quiet', /^due /);
    expect(why.text).toMatch(/; not run \(missed\): the service was down from .* to .* UTC; policy skip/);
    expect(api.complaints).toEqual([]);
  });

  it('all of it can be made up, or nothing, and a restart tells it no second time', async () => {
    await using stage = await afterANight();
    const { api, sandbox, control } = stage;
    const first = await sandbox.start();
    const admin = new Talker(api, ADMIN);
    const told = await admin.after(0, /^💤/);
    await atRest(control);
    await first.stop();
    const second = await sandbox.start();
    await admin.press(told, 'Run all');
    await admin.becomes(told, /▶️ 9 runs began$/);
    await eventually('all of it ran', async () => {
      const done = (await rowsOf(sandbox, 'cron:report')).filter(({ state }) => state === 'succeeded');
      return done.length === 5;
    });
    await second.stop();
    await sandbox.start();
    await admin.ask('/ping');
    expect(admin.texts().filter((text) => /^💤/.test(text))).toHaveLength(1);
    admin.say('/missed skip');
    await admin.becomes(told, /⏭ left out$/);
  });

  it('three starts that died at once end the catching up, and it says so', async () => {
    await using stage = await setStage((one) => chatToml(one, CRONS));
    const { api, sandbox } = stage;
    for (let life = 0; life < 3; life += 1) await (await sandbox.start()).kill();
    rewind(sandbox, 5 * HOUR_MS);
    const service = await sandbox.start();
    const admin = new Talker(api, ADMIN);
    const told = await admin.after(0, /nothing is made up: the last 3 starts each lived less than a minute/);
    expect(told.text).toMatch(/\ncron:sync: 5 missed, .*, not run/);
    const newest = (await rowsOf(sandbox, 'cron:sync')).find(({ state }) => state === 'missed');
    expect(newest?.reason).toMatch(/; not made up: the last 3 starts each lived less than a minute$/);
    const { conditions } = await sandbox.json<{ conditions: ReadonlyArray<{ code: string }> }>('status');
    expect(conditions.map(({ code }) => code)).toContain('catch_up_stopped');
    await service.stop();
  });
});
