/** Holds saves of the file to what they promise a chat: the bot comes and goes, roles and zones follow, reports say what changed. */
import { describe, expect, test } from 'vitest';
import { BotApi } from '../../support/bot-api/api.ts';
import { eventually, Sandbox } from '../../support/untether.ts';
import type { Service } from '../../support/untether.ts';
import { ADMIN, chatToml, OPERATOR, Talker, USER } from './support.ts';

/** An admin who has blocked the bot. */
const AWAY = 4714;

/** Resolves when that revision is live. */
function live(service: Service, revision: number): Promise<void> {
  return eventually(
    `revision ${revision}`,
    async () =>
      (JSON.parse((await service.get('/health')).body) as { readonly revision: number }).revision ===
      revision,
  );
}

const withoutToken = (toml: string): string => toml.replace(/^bot_token = .*\n/m, '');

describe.concurrent('a token', () => {
  test('that is put into the file brings the bot up, and one that is taken out ends it while the service goes on', async () => {
    await using api = await BotApi.start();
    const toml = chatToml(api);
    await using sandbox = await Sandbox.make(withoutToken(toml));
    const service = await sandbox.start();
    await service.child.sees(/chat is off/i);
    expect(api.calls).toEqual([]);
    const user = new Talker(api, USER);
    user.say('/ping');
    await sandbox.save(toml);
    expect((await user.after(0)).text).toMatch(/^🏓/);
    await sandbox.save(withoutToken(toml));
    await api.until(() => api.polls.length === 0, 'nobody polls');
    await live(service, 3);
    user.say('/ping');
    expect((await service.get('/ready')).status).toBe(200);
    const calls = api.calls.length;
    await sandbox.save(`${withoutToken(toml)}\n# saved again\n`);
    await sandbox.run('reload');
    expect(api.calls).toHaveLength(calls);
    expect(user.texts()).toHaveLength(1);
    expect((await service.stop()).code).toBe(0);
    expect(api.complaints).toEqual([]);
  });
});

describe.concurrent('a save', () => {
  test('of other roles and another zone counts from the next message on', async () => {
    await using api = await BotApi.start();
    await using sandbox = await Sandbox.make(chatToml(api));
    const service = await sandbox.start();
    const newcomer = new Talker(api, 4800);
    newcomer.say('/ping');
    const user = new Talker(api, USER);
    expect((await user.ask('/pause')).text).toMatch(/^⛔/);
    expect((await user.ask('/at tomorrow 9am look')).text).toMatch(/ 09:00 \(UTC\), in /);
    const zone = `[[transports.telegram.chats]]\nid = ${OPERATOR}\ntimezone = "Asia/Kathmandu"\n`;
    await sandbox.save(chatToml(api, zone, { users: [4800], operators: [OPERATOR, USER] }));
    await live(service, 2);
    expect((await newcomer.ask('/ping')).text).toMatch(/^🏓/);
    expect(newcomer.texts()).toHaveLength(1);
    expect((await user.ask('/resume')).text).toBe('▶️ nothing is paused');
    expect((await new Talker(api, OPERATOR).ask('/at tomorrow 9am look')).text).toMatch(
      / 09:00 \(Kathmandu\), in /,
    );
    await sandbox.save(chatToml(api, zone, { users: [4800], operators: [] }));
    await live(service, 3);
    user.say('/ping');
    await newcomer.ask('/status');
    expect(user.texts()).toHaveLength(3);
    expect(api.complaints).toEqual([]);
  });
});

const nightly = (schedule: string): string => `
[[triggers.crons]]
id = "nightly"
schedule = "${schedule}"
prompt = "review"
`;

describe.concurrent('/reload', () => {
  test('of a broken file says where and what, and changes nothing', async () => {
    await using api = await BotApi.start();
    const unwatched = (text: string): string => `watch_config = false\n${text}`;
    const good = chatToml(api, nightly('0 2 * * *'));
    await using sandbox = await Sandbox.make(unwatched(good));
    const service = await sandbox.start();
    const admin = new Talker(api, ADMIN);
    const broken = unwatched(chatToml(api, nightly('0 25 * * *').replace('prompt', 'promt')));
    await sandbox.save(broken);
    const { text } = await admin.ask('/reload');
    const line = (words: string): number => broken.split('\n').findIndex((one) => one.startsWith(words)) + 1;
    expect(text).toMatch(/^❌ the configuration was not taken, revision 1 stays live:\n/);
    expect(text).toMatch(new RegExp(`\nline ${line('schedule')}:\\d+ triggers\\.crons\\[0\\]\\.schedule: `));
    expect(text).toMatch(
      new RegExp(`\nline ${line('promt')}:\\d+ triggers\\.crons\\[0\\]\\.promt: .*did you mean "prompt"`),
    );
    await sandbox.save(unwatched('[triggers\n'));
    expect((await admin.ask('/reload')).text).toMatch(/\nline 2:\d+: not valid TOML: /);
    expect((await service.get('/health')).body).toContain('"revision":1');
    expect((await new Talker(api, OPERATOR).ask('/why nightly')).text).toMatch(/ 02:00 UTC$/);
    await sandbox.save(unwatched(chatToml(api, nightly('0 3 * * *'))));
    expect((await admin.ask('/reload config')).text).toMatch(
      /^♻️ revision 2 is live\nchanged: cron:nightly\n⚠️ line \d+ transports\.telegram\.bot_token: this secret stands in a file/,
    );
    expect((await new Talker(api, OPERATOR).ask('/reload')).text).toBe('⛔ /reload is for admins');
    expect((await new Talker(api, USER).ask('/ping')).text).toMatch(/^🏓/);
    expect(api.complaints).toEqual([]);
  });
});

const MAIN = new URL('../../../src/cli/main.ts', import.meta.url).pathname;

describe.concurrent('an agent that edits the file', () => {
  test('reloads it from inside its run, which goes on, and where the default chat is a placeholder the admins hear of it', async () => {
    await using api = await BotApi.start();
    const agent = `cat > /dev/null
cd "$(dirname "$0")"
sed -i 's/0 2 /0 3 /' untether.toml
printf '[store]\\nurl = "other.db"\\n' >> untether.toml
"${process.execPath}" "${MAIN}" reload`;
    const toml = `watch_config = false\n${chatToml(api, nightly('0 2 * * *'))}`
      .replace('["cat"]', '["sh", "agent.sh"]')
      .replace('notify = "off"', 'notify = "all"')
      .replace(`chat_id = ${ADMIN}`, 'chat_id = 123456789')
      .replace(`admins = [${ADMIN}]`, `admins = [${AWAY}, ${ADMIN}]`);
    api.closeChat(123_456_789, 'missing');
    api.closeChat(AWAY, 'blocked');
    await using sandbox = await Sandbox.make(toml);
    await sandbox.write('agent.sh', agent);
    const service = await sandbox.start();
    const { text } = await new Talker(api, USER).agent('fire an hour later');
    expect(text).toMatch(/^reloaded: revision 2 .* is live$[^]*^needs a restart: store\.url$/m);
    const told = await api.sees(ADMIN, /^♻️ revision 2 is live\nchanged: cron:nightly$/m);
    expect(told.text).toMatch(/^⚠️ waiting for a restart: store\.url$/m);
    expect(await sandbox.json('runs')).toMatchObject([{ state: 'succeeded', revision: 1 }]);
    expect((await service.stop()).code).toBe(0);
  });
});

describe.concurrent('[reload] notify', () => {
  test.for(['all', 'failures', 'off'] as const)(
    '= %s tells the default chat of just those',
    async (notify) => {
      await using api = await BotApi.start();
      const toml = (schedule: string): string =>
        chatToml(api, nightly(schedule)).replace('notify = "off"', `notify = "${notify}"`);
      await using sandbox = await Sandbox.make(toml('0 2 * * *'));
      const service = await sandbox.start();
      const admin = new Talker(api, ADMIN);
      await admin.ask('/ping', /^🏓/);
      const before = admin.texts();
      await sandbox.save(toml('0 3 * * *'));
      await live(service, 2);
      await sandbox.save(toml('0 61 * * *'));
      await service.child.sees(/"code":"config_invalid","active":true/);
      await sandbox.save(`${toml('0 3 * * *')}${nightly('0 4 * * *').replace('nightly', 'later')}`);
      await live(service, 3);
      const changed =
        /^♻️ revision 2 is live\nchanged: cron:nightly\n(⚠️ .*\n)*cron:nightly fires .* 03:00 \(UTC\)$/m;
      const refused =
        /^❌ the configuration was not taken, revision 2 stays live:\nline \d+:\d+ triggers\.crons\[0\]\.schedule: /;
      // Whoever heard that a save was refused hears that the next one was not.
      const added =
        /^♻️ revision 3 is live\nadded: cron:later\n(⚠️ .*\n)*cron:later fires .* 04:00 \(UTC\)$/m;
      const expected = { all: [changed, refused, added], failures: [refused, added], off: [] }[notify];
      for (const pattern of expected) await api.sees(ADMIN, pattern);
      await new Talker(api, USER).ask('/ping');
      expect(admin.texts()).toHaveLength(before.length + expected.length);
      for (const { text, silent } of admin.messages()) if (/^(♻️|❌)/.test(text)) expect(silent).toBe(true);
      expect(api.texts(USER)).toHaveLength(1);
      expect(api.complaints).toEqual([]);
    },
  );
});
