/** Several bots: each has its own chats, its own token and its own troubles, and a save brings and takes them. */
import { describe, expect, it } from 'vitest';
import type { BotApi } from '../../support/bot-api/api.ts';
import { eventually } from '../../support/untether.ts';
import { ADMIN, OPERATOR, Talker, USER, atRest, chatToml, liveStage } from './support.ts';

const ALERTS = '220302654:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx';

const hook = (id: string, more: string): string => `
[[triggers.webhooks]]
id = "${id}"
path = "/${id}"
auth = "none"
action = "notify_only"
message_template = "${id} {{ n }}."
${more}
`;

const HOOKS = [
  hook('by-chat', `chat_id = ${OPERATOR}`),
  hook('by-name', `chat_id = ${USER}\nbot = "alerts"`),
  hook('plain', `chat_id = ${USER}`),
].join('');

const bots = (token: string, more = ''): string =>
  `[[telegram.bots]]\nname = "alerts"\ntoken = "${token}"\nchats = [${OPERATOR}]\n${more}`;

const both = (api: BotApi): string => {
  api.addBot({ token: ALERTS });
  return chatToml(api, bots(ALERTS) + HOOKS);
};

const json = { 'content-type': 'application/json' };

describe.concurrent('two bots', () => {
  it('speak to the chats that are theirs, by name or by the list of their chats', async () => {
    await using stage = await liveStage(both);
    const { api, service } = stage;
    for (const id of ['by-chat', 'by-name', 'plain'])
      expect((await service.post(`/${id}`, '{"n": 1}', json)).status).toBe(202);
    await api.sees(OPERATOR, /^by-chat 1/, ALERTS);
    await api.sees(USER, /^by-name 1/, ALERTS);
    await api.sees(USER, /^plain 1/, api.token);
    expect(
      api.callsOf('sendMessage').map(({ token, params }) => [token === ALERTS, params['chat_id']]),
    ).toHaveLength(3);
  });

  it('answer each for itself, and are polled side by side', async () => {
    await using stage = await liveStage(both);
    const { api, control } = stage;
    api.say({ from: USER, token: ALERTS, text: 'to alerts' });
    api.say({ from: USER, text: 'to the other' });
    await api.sees(USER, /^to alerts/, ALERTS);
    await api.sees(USER, /^to the other/, api.token);
    await eventually('both poll', async () => {
      const { bots: all } = await control.status();
      return all.map(({ name, state }) => `${name} ${state}`).join() === 'default polling,alerts polling';
    });
    expect(new Set(api.polls)).toEqual(new Set([api.token, ALERTS]));
  });

  it('have troubles of their own: a revoked token keeps back what that bot has to say, and nothing else', async () => {
    await using stage = await liveStage(both);
    const { api, control, sandbox, service } = stage;
    api.revoke(ALERTS);
    await eventually('it is said', async () => {
      const { conditions } = await control.status();
      return conditions.some(({ code, text }) => code === 'bot_auth_failed' && text.includes('alerts: '));
    });
    for (const id of ['by-chat', 'plain']) await service.post(`/${id}`, '{"n": 2}', json);
    await api.sees(USER, /^plain 2/, api.token);
    expect(api.texts(OPERATOR)).toEqual([]);
    const next = '220302654:AAF-another-token-of-the-same-bot-00';
    api.addBot({ token: next, id: 220_302_654 });
    await sandbox.save(chatToml(api, bots(next) + HOOKS));
    await api.sees(OPERATOR, /^by-chat 2/, next);
  });
});

describe.concurrent('a save', () => {
  it('brings a bot and takes it away again', async () => {
    await using stage = await liveStage((api) => chatToml(api, HOOKS.replace('bot = "alerts"', '')));
    const { api, sandbox, control } = stage;
    await sandbox.save(both(api));
    await api.polled(ALERTS);
    await sandbox.save(chatToml(api, HOOKS.replace('bot = "alerts"', '')));
    await api.until(() => api.polls.join() === api.token, 'one is left');
    expect((await control.status()).bots).toMatchObject([{ name: 'default', state: 'polling' }]);
  });

  it('with a token that Telegram refuses changes nothing at all, and says in which line', async () => {
    await using stage = await liveStage((api) => chatToml(api, HOOKS.replace('bot = "alerts"', '')));
    const { api, sandbox, control } = stage;
    const text = chatToml(api, bots(ALERTS) + HOOKS + hook('fresh', ''));
    await sandbox.save(text);
    const refused = await sandbox.run('reload', '--json');
    expect(refused.code).toBe(78);
    const line = text.split('\n').findIndex((one) => one.startsWith('token = ')) + 1;
    expect(JSON.parse(refused.stdout)).toMatchObject({
      issues: [
        { line, path: 'telegram.bots[0].token', message: expect.stringContaining('refuses') as string },
      ],
    });
    expect(await control.status()).toMatchObject({ revision: 1, webhooks: 3, bots: [{ name: 'default' }] });
  });

  it.for([
    ['a bot that is named twice', bots(ALERTS) + bots('330302654:x'), 'telegram.bots[1].name'],
    [
      'one account for two',
      bots(ALERTS) + bots('220302654:y').replace('alerts', 'more'),
      'telegram.bots[1].token',
    ],
    ['the name of the terminal', bots(ALERTS).replace('alerts', 'terminal'), 'telegram.bots[0].name'],
    [
      'a trigger of a bot that is not there',
      hook('x', `chat_id = ${USER}\nbot = "alert"`),
      'triggers.webhooks[0].bot',
    ],
    ['a token that is none', bots('secret'), 'telegram.bots[0].token'],
  ] as const)('is refused for %s', async ([, more, path]) => {
    await using stage = await liveStage();
    const { api, sandbox } = stage;
    await sandbox.write('other.toml', chatToml(api, more));
    const checked = await sandbox.run('check', '--json', '--config', 'other.toml');
    expect(checked.code).toBe(78);
    const { issues } = JSON.parse(checked.stdout) as {
      issues: ReadonlyArray<{ path: string; severity: string }>;
    };
    expect(issues.filter(({ severity }) => severity === 'error').map((one) => one.path)).toContain(path);
  });
});

describe.concurrent('a bot that somebody asks to reload', () => {
  it('is connected again, by chat and from the command line, and the other one sees no gap', async () => {
    await using stage = await liveStage(both);
    const { api, sandbox } = stage;
    await api.polled(ALERTS);
    const polls = api.callsOf('getUpdates').filter(({ token }) => token === api.token).length;
    api.say({ from: ADMIN, text: '/reload bot alerts' });
    await api.sees(ADMIN, /^bot alerts is reconnected \(/);
    const all = await sandbox.run('reload', 'bots');
    expect(all).toMatchObject({ code: 0 });
    expect(all.stdout).toMatch(/^bot default is reconnected \(.*\)\nbot alerts is reconnected \(.*\)\n$/);
    const one = await sandbox.json<ReadonlyArray<{ bot: string; how: string }>>('reload', 'bot', 'alerts');
    expect(one).toMatchObject([{ bot: 'alerts', how: 'reconnected' }]);
    expect(api.callsOf('getUpdates').filter(({ token }) => token === api.token).length).toBeGreaterThan(
      polls,
    );
    const unknown = await sandbox.run('reload', 'bot', 'alert');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('there is no bot alert; there is default, alerts');
  });

  it('says so at once and what came of it in the same message, while the chat goes on', async () => {
    await using stage = await liveStage(both);
    const { api, control } = stage;
    await api.polled(ALERTS);
    const admin = new Talker(api, ADMIN);
    api.fault({ method: 'getMe', token: ALERTS, kind: 'hang' });
    const announced = await admin.ask('/reload bot alerts', /^♻️ Reloading bot alerts…$/);
    expect((await admin.ask('/ping')).text).toMatch(/^🏓/);
    expect((await admin.ask('/reload bot alerts')).text).toBe('❌ Reload already in progress.');
    // What is broken off while it is sent may be there twice.
    await atRest(control);
    await api.down();
    await api.up();
    await admin.becomes(announced, /^bot alerts is reconnected \(/);
    expect(admin.texts()).toHaveLength(3);
  });

  it('takes a token up that was saved where bots follow by hand, by the button of an admin, once', async () => {
    const manual = (text: string): string =>
      text.replace('[reload]\nnotify = "off"', '[reload]\nbots = "manual"');
    await using stage = await liveStage((api) => manual(both(api)));
    const { api, sandbox, control } = stage;
    const next = '220302654:AAF-another-token-of-the-same-bot-00';
    api.addBot({ token: next, id: 220_302_654 });
    await api.polled(ALERTS);
    await sandbox.save(manual(chatToml(api, bots(next) + HOOKS)));
    await eventually('it is said', async () =>
      (await control.status()).conditions.some(
        ({ code, text }) => code === 'bot_unchanged' && text.endsWith('/reload bot alerts'),
      ),
    );
    expect(api.polls).toContain(ALERTS);
    const advisory = await api.sees(ADMIN, /^bot alerts: waits for \/reload bot alerts$/m);
    const press = async (from: number): Promise<string> =>
      (await new Talker(api, from, { chat: ADMIN }).press(advisory, 'Reload alerts')).toast;
    expect(await press(OPERATOR)).toBe('⛔ /reload is for admins');
    expect(api.polls).toContain(ALERTS);
    await press(ADMIN);
    await api.polled(next);
    await eventually('nothing waits', async () => (await control.status()).conditions.length === 0);
    expect(await press(ADMIN)).toBe('❌ bot alerts waits for nobody any more: it is what the file says');
  });
});
