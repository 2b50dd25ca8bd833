/** `/restart` from a chat: carried out once whatever dies meanwhile, and answered there when the service is back. */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sandbox, eventually } from '../../support/untether.ts';
import type { BotApi } from '../../support/bot-api/api.ts';
import type { LiveStage, Stage } from './support.ts';
import { ADMIN, OPERATOR, Talker, USER, chatToml, liveStage, setStage } from './support.ts';

const GROUP = -1_001;
const BACK = /^Back up ✅ untether \d\S*, away for \S+/;
const everySecond =
  '[[triggers.crons]]\nid = "tick"\nschedule = "* * * * * *"\nmissed = "skip"\naction = "command"\ncommand = ["true"]\n';

const operatorOf = ({ api }: Stage, place = {}): Talker => new Talker(api, OPERATOR, place);
const countOf = (api: BotApi, chat: number, pattern: RegExp): number =>
  api.texts(chat).filter((text) => pattern.test(text)).length;

async function lifeAfter({ control }: Stage, startedAt: number): Promise<number> {
  let life = startedAt;
  await eventually('another life answers', async () => {
    life = (await control.status()).startedAt;
    return life !== startedAt;
  });
  return life;
}

describe.concurrent('/restart', () => {
  it('says that it restarts, comes back, and says so in reply, with what is worth knowing', async () => {
    await using stage = await liveStage((api) =>
      chatToml(api, everySecond + '[[transports.telegram.chats]]\nid = ' + String(GROUP)),
    );
    const { api, control, service } = stage;
    const { startedAt, pid } = await control.status();
    const operator = operatorOf(stage, { chat: GROUP, thread: 7 });
    const asked = operator.say('/restart');
    await operator.after(asked, /^🔄 Restarting…$/);
    const back = await operator.after(asked, BACK);
    expect(back.text).toMatch(/: 1 cron, 0 webhooks/);
    expect(back.replyTo).toBe(asked);
    expect(back.thread).toBe(7);
    const status = await control.status();
    expect(status.pid).toBe(pid);
    expect(status.startedAt).toBeGreaterThan(startedAt);
    const upAtLeast = Date.now() - status.startedAt;
    const { text } = await operator.ask('/ping', /^🏓/);
    const upAtMost = Date.now() - status.startedAt;
    const [, minutes = 0, seconds] = /— up (?:(\d+)m )?(\d+)s/.exec(text) ?? [];
    const upMs = (Number(minutes) * 60 + Number(seconds)) * 1_000;
    expect([upMs > upAtLeast - 1_000, upMs <= upAtMost]).toEqual([true, true]);
    // It was told once, in that chat alone, and the next life is asked nothing.
    await service.stop();
    await stage.sandbox.start();
    await api.polled();
    await operator.ask('/ping', /^🏓/);
    expect(countOf(api, GROUP, BACK)).toBe(1);
    expect(api.texts(ADMIN)).toEqual([]);
  });

  it('waits for an agent at work, and says so', async () => {
    await using stage = await liveStage((api) =>
      chatToml(api).replace('["cat"]', `["sh", "-c", 'while [ ! -e go ]; do sleep 0.05; done; cat']`),
    );
    const user = new Talker(stage.api, USER);
    const said = user.say('work');
    await user.after(said, /is working/);
    const operator = operatorOf(stage);
    await operator.ask('/restart', /^🔄 Restarting — waiting for a run to finish…$/);
    await operator.ask('/restart', /^⏳ already leaving, waiting for a run to finish$/);
    await stage.sandbox.write('go', '');
    await user.after(said, /^work\n/);
    await operator.after(said, BACK);
    expect(countOf(stage.api, OPERATOR, BACK)).toBe(1);
  });

  it('is refused to users, for a broken file, and a fourth time in five minutes', async () => {
    await using stage = await liveStage((api) => `watch_config = false\n${chatToml(api)}`);
    const { sandbox, api, control } = stage;
    await new Talker(api, USER).ask('/restart', /^⛔ \/restart is for operators$/);
    const { startedAt } = await control.status();
    const operator = operatorOf(stage);
    const good = await sandbox.read('untether.toml');
    await sandbox.save(`${good}\nnonsense = 1\n`);
    const { text } = await operator.ask('/restart', /^❌/);
    expect(text).toMatch(/not restarted: .*\n.*untether\.toml:\d+:1: .*nonsense/);
    expect((await control.status()).startedAt).toBe(startedAt);
    await sandbox.save(good);
    for (let time = 0; time < 3; time += 1) await operator.ask('/restart', BACK);
    await operator.ask('/restart', /^❌ restarted three times within five minutes; try again in 4m \d+s$/);
  });
});

describe.concurrent('a sudden death', () => {
  /** What the request comes to when the process is killed at some point of it, and started by hand. */
  const dying: ReadonlyArray<readonly [when: string, (stage: LiveStage) => Promise<unknown>]> = [
    [
      'when the marker is there',
      ({ sandbox }) =>
        eventually('a marker', async () => (await sandbox.read('.untether/restart.json')) !== ''),
    ],
    ['when the chat has been told', ({ api }) => api.sees(OPERATOR, /^🔄 Restarting/)],
    [
      'when it has left and is coming back',
      ({ service }) => eventually('it leaves', async () => (await service.get('/ready')).status === 503),
    ],
  ];

  it.each(dying)('%s restarts nothing twice, and the chat hears of the end', async (_when, point) => {
    await using stage = await liveStage();
    const { api, sandbox, service, control } = stage;
    const operator = operatorOf(stage);
    const asked = operator.say('/restart');
    // Killed as early as it is seen; the new life may be there already.
    await point(stage).catch(() => {});
    await service.kill();
    await sandbox.start();
    await operator.after(asked, BACK);
    const { startedAt } = await control.status();
    await operator.ask('/ping', /^🏓/);
    expect((await control.status()).startedAt).toBe(startedAt);
    expect(countOf(api, OPERATOR, BACK)).toBe(1);
    // Of the answer itself the fate may be unknown: then it is given again.
    expect(countOf(api, OPERATOR, /^🔄/)).toBeLessThanOrEqual(2);
  });

  it('of a command that Telegram delivers for ever restarts it once', async () => {
    await using stage = await liveStage();
    const { startedAt } = await stage.control.status();
    const operator = operatorOf(stage);
    await operator.ask('/restart', BACK);
    const life = await lifeAfter(stage, startedAt);
    await operator.ask('/ping', /^🏓/);
    expect((await stage.control.status()).startedAt).toBe(life);
  });
});

describe.concurrent('what lies in the place of the marker', () => {
  const marker = JSON.stringify({ request: 'x', to: { bot: 'default', chat: OPERATOR }, at: Date.now() });
  const elsewhere = (): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'untether-victim-')), 'victim');
    writeFileSync(file, marker, { mode: 0o600 });
    return file;
  };

  it.each<[string, (file: string) => string | undefined]>([
    [
      'a symbolic link',
      (file) => {
        const victim = elsewhere();
        symlinkSync(victim, file);
        return victim;
      },
    ],
    [
      'a hard link',
      (file) => {
        const victim = elsewhere();
        linkSync(victim, file);
        return victim;
      },
    ],
    [
      'half a file',
      (file) => {
        writeFileSync(file, marker.slice(9), { mode: 0o600 });
        return undefined;
      },
    ],
    [
      'a file for everybody',
      (file) => {
        writeFileSync(file, marker, { mode: 0o666 });
        return undefined;
      },
    ],
  ])('%s is no marker: a warning, a normal start, no message', async (_what, plant) => {
    await using stage = await setStage();
    const { sandbox, api } = stage;
    const first = await sandbox.start();
    await first.stop();
    const victim = plant(sandbox.path('.untether/restart.json'));
    const service = await sandbox.start();
    await service.child.sees(/the marker of a restart is not believed/);
    await operatorOf(stage).ask('/ping', /^🏓/);
    expect(api.texts(OPERATOR)).toHaveLength(1);
    if (victim !== undefined) expect(readFileSync(victim, 'utf8')).toBe(marker);
  });
});

describe.concurrent('a start that nobody asked for', () => {
  it('is told to nobody, unless startup_notice is set', async () => {
    await using quiet = await liveStage();
    await operatorOf(quiet).ask('/ping', /^🏓/);
    expect(quiet.api.texts(ADMIN)).toEqual([]);
    await using loud = await liveStage((api) =>
      chatToml(api).replace('[transports.telegram]', '[transports.telegram]\nstartup_notice = true'),
    );
    await loud.api.sees(
      ADMIN,
      /^Up ✅ untether \d\S*: 0 crons, 0 webhooks\n⚠️ 1 warning about the configuration: untether check$/,
    );
  });

  it('leaves a state folder that only its user and group look into', async () => {
    await using stage = await liveStage();
    expect(statSync(stage.sandbox.path('.untether')).mode & 0o7777).toBe(0o750);
    expect(statSync(stage.sandbox.path('.untether/untether.lock')).mode & 0o7777).toBe(0o600);
    expect(stage.service.child.stdout).not.toContain('state folder');
  });

  it('says so of a state folder in which every user may write', async () => {
    await using sandbox = await Sandbox.make('[triggers.server]\nport = 0\n');
    mkdirSync(sandbox.path('.untether'));
    chmodSync(sandbox.path('.untether'), 0o777);
    const service = await sandbox.start();
    expect(service.child.stdout).toContain('every user may write in the state folder');
  });
});
