/** A bot that cannot connect says why and stops nothing else; however it comes back, it goes on where it was. */
import { describe, expect, it } from 'vitest';
import type { RemoteControl } from '../../../src/cli/client.ts';
import { BotApi } from '../../support/bot-api/api.ts';
import { Client } from '../../support/bot-api/client.ts';
import type { Sandbox } from '../../support/untether.ts';
import { eventually } from '../../support/untether.ts';
import type { Service } from '../../support/untether.ts';
import type { Stage } from './support.ts';
import { USER, USERS, chatToml, count, setStage } from './support.ts';

const isLong = process.env['UNTETHER_TEST_LONG'] === '1';

const PEOPLE = USERS.slice(0, 10);

const TRIGGERS = `
[[triggers.webhooks]]
id = "tell"
path = "/tell"
auth = "none"
action = "notify_only"
message_template = "told {{ n }}."
chat_id = ${USER}

[[triggers.crons]]
id = "tick"
schedule = "* * * * * *"
action = "command"
command = ["sh", "-c", "echo x >> ticks"]
`;

function tomlOf(api: Pick<BotApi, 'token' | 'root'>): string {
  return chatToml(api, TRIGGERS, { users: [USER, ...PEOPLE] });
}

const setUp = (): Promise<Stage> => setStage(tomlOf);

async function tell(service: Service, n: number): Promise<number> {
  return (await service.post('/tell', JSON.stringify({ n }), { 'content-type': 'application/json' })).status;
}

/** Resolves with the bot once it is in that state. */
async function comesTo(control: RemoteControl, state: string): Promise<string> {
  let detail = '';
  await eventually(`the bot is ${state}`, async () => {
    const [bot] = (await control.status()).bots;
    detail = bot?.detail ?? '';
    return bot?.state === state;
  });
  return detail;
}

const conditionsOf = async (control: RemoteControl): Promise<readonly string[]> =>
  (await control.status()).conditions.map(({ code }) => code);

/** When it was asked who the bot is, or what there is for it. */
function timesOfPolls(api: BotApi): readonly number[] {
  return api.calls.filter(({ method }) => ['getMe', 'getUpdates'].includes(method)).map(({ at }) => at);
}

/** Polls that met another one. */
function collisions(api: BotApi): number {
  return api
    .callsOf('getUpdates')
    .filter(({ outcome }) => outcome.kind === 'refused' && outcome.status === 409).length;
}

describe.concurrent('a token that is refused', () => {
  it('from the start is said and asked about once a second at most, and the rest of the service works', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    api.say({ from: USER, text: 'hello' });
    api.revoke();
    const service = await sandbox.start();
    const shown = await sandbox.json<object>('status');
    expect(shown).toMatchObject({
      bots: [{ name: 'default', state: 'auth_failed', detail: expect.stringMatching(/token/) as string }],
      conditions: [{ code: 'bot_auth_failed' }],
    });
    expect(await tell(service, 1)).toBe(202);
    await eventually('crons run', async () => (await sandbox.read('ticks')).length > 2);
    const asked = await api.until(() => timesOfPolls(api).length >= 3 && timesOfPolls(api), 'it asks again');
    for (const [index, at] of asked.slice(1).entries()) expect(at - (asked[index] ?? 0)).toBeGreaterThan(950);

    api.rotate();
    await sandbox.save(tomlOf(api));
    await Promise.all([api.sees(USER, /^hello/), api.sees(USER, /told 1/)]);
    await comesTo(control, 'polling');
    expect(await conditionsOf(control)).toEqual([]);
    expect(count(api.texts(USER), /hello|told/)).toBe(2);
    expect(collisions(api)).toBe(0);
  });

  it('later keeps the offset and what is to be said until there is another', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    const service = await sandbox.start();
    api.say({ from: USER, text: 'before' });
    await api.sees(USER, /^before/);
    await api.polled();
    api.revoke();
    await comesTo(control, 'auth_failed');
    for (const from of PEOPLE) api.say({ from, text: `asked ${from}` });
    for (const n of [1, 2, 3]) {
      expect(await tell(service, n)).toBe(202);
      await eventually('it waits', async () => (await control.status()).outbox.waiting === n);
    }
    expect((await service.get('/ready')).status).toBe(200);

    api.rotate();
    await sandbox.save(tomlOf(api));
    await Promise.all([api.sees(USER, /told 3/), ...PEOPLE.map((person) => api.sees(person, /^asked/))]);
    await api.polled(api.token);
    expect(api.texts(USER).map((text) => text.split('\n')[0])).toEqual([
      'before',
      'told 1.',
      'told 2.',
      'told 3.',
    ]);
    expect(PEOPLE.map((person) => api.texts(person).length)).toEqual(PEOPLE.map(() => 1));
    expect(collisions(api)).toBe(0);
  });
});

describe.concurrent('another token of the same account', () => {
  const messages = isLong ? 100 : 20;

  it(
    `loses and repeats none of ${messages} messages, and never are there two polls`,
    async () => {
      await using stage = await setUp();
      const { api, sandbox, control } = stage;
      const service = await sandbox.start();
      const swapAt = messages / 2;
      const personOf = (n: number): number => PEOPLE[n % PEOPLE.length] ?? 0;
      const next = '110201543:AAF-another-token-of-the-same-bot-00';
      for (let n = 0; n < messages; n += 1) {
        api.say({ from: personOf(n), text: `message ${n}.` });
        if (n % 4 === 0) expect(await tell(service, n)).toBe(202);
        if (n === swapAt) {
          // Both tokens work for a while: whoever polled with both would be found out.
          api.addBot({ token: next, id: 110_201_543 });
          await sandbox.save(tomlOf({ root: api.root, token: next }));
        }
        // What is said while the swap is under way is not waited for.
        if (n < swapAt || n > swapAt + 5) await api.sees(personOf(n), new RegExp(`^message ${n}\\.`));
      }
      await api.polled(next);
      for (let n = 0; n < messages; n += 1) await api.sees(personOf(n), new RegExp(`^message ${n}\\.`));
      await eventually('all is told', async () => (await control.status()).outbox.waiting === 0, 120_000);
      const told = Array.from({ length: messages / 4 }, (_, index) => `told ${index * 4}.`);
      for (const text of told) await api.sees(USER, new RegExp(text));
      expect(api.texts(USER).toSorted()).toEqual(told.toSorted());
      expect(PEOPLE.flatMap((person) => api.texts(person))).toHaveLength(messages);
      expect(collisions(api)).toBe(0);
      expect(await conditionsOf(control)).toEqual([]);
    },
    messages * 6_000,
  );

  it('that Telegram refuses is not taken up, and the old one goes on', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    await sandbox.start();
    await sandbox.save(tomlOf({ root: api.root, token: '110201543:AAF-nobody-knows-this-token-00000000' }));
    await eventually('it is said', async () => (await conditionsOf(control)).includes('config_invalid'));
    api.say({ from: USER, text: 'hello' });
    await api.sees(USER, /^hello/);
    expect((await control.status()).bots).toMatchObject([{ state: 'polling' }]);
    await sandbox.save(tomlOf(api));
    await eventually('nothing is wrong any more', async () => (await conditionsOf(control)).length === 0);
  });
});

describe.concurrent('another server', () => {
  it('is polled in place of the old one, from the offset on', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    await using other = await BotApi.start();
    await sandbox.start();
    api.say({ from: USER, text: 'here' });
    await api.sees(USER, /^here/);
    await api.polled();
    // An account has one count of updates, whatever server brings them.
    other.push({ update_id: 700_001_000, message: { from: { id: USER }, text: 'there' } });
    await sandbox.save(tomlOf(other));
    await other.sees(USER, /^there/);
    await other.polled();
    await api.unpolled();
    expect(other.callsOf('getUpdates')[0]?.params['offset']).toBe(700_000_002);
    expect(await control.runs({ limit: 10, trigger: 'manual:echo' })).toHaveLength(2);
  });

  it('that does not answer is given up after ten seconds, and the old one goes on meanwhile', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    await using other = await BotApi.start();
    other.fault({ kind: 'hang', times: 100 });
    await sandbox.start();
    await sandbox.save(tomlOf(other));
    await other.until(() => other.calls.length > 0, 'the new one is asked');
    api.say({ from: USER, text: 'hello' });
    await api.sees(USER, /^hello/);
    await eventually('it is given up', async () => (await conditionsOf(control)).includes('config_invalid'));
    const { conditions } = await control.status();
    expect(conditions[0]?.text).toMatch(/ReconnectTimeoutError/);
    expect(api.polls).toHaveLength(1);
  });
});

describe.concurrent('another account', () => {
  const token = '220302654:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx';

  it('in the file is refused, and the old bot goes on', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    api.addBot({ token });
    await sandbox.start();
    await sandbox.save(tomlOf({ root: api.root, token }));
    await eventually('it is said', async () => (await conditionsOf(control)).includes('config_invalid'));
    expect((await control.status()).conditions[0]?.text).toMatch(/another account.*account_change = true/);
    api.say({ from: USER, text: 'hello' });
    await api.sees(USER, /^hello/);
    await api.polled();
    expect(api.polls).toEqual([api.token]);
    expect(api.calls.filter((call) => call.token === token && call.method === 'getUpdates')).toEqual([]);
  });

  it('is taken up where the file says that it is meant, from the beginning of its own messages', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    api.addBot({ token });
    await sandbox.start();
    for (const text of ['one', 'two']) api.say({ from: USER, text });
    await api.sees(USER, /^two/);
    api.say({ from: USER, token, text: 'hello' });
    const toml = tomlOf({ root: api.root, token });
    await sandbox.save(toml.replace(/^chat_id/m, 'account_change = true\nchat_id'));
    await api.sees(USER, /^hello/, token);
    await api.until(() => api.polls.join() === token, 'only the new account is polled');
    expect(await conditionsOf(control)).toEqual([]);
  });
});

describe.concurrent('somebody else who gets the messages', () => {
  it('is told of, and once another poller is gone everything that waits is acted on', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    await sandbox.start();
    await api.polled();
    const rival = new Client(api).call('getUpdates', { timeout: 50 });
    const detail = await comesTo(control, 'conflict');
    expect(detail).toMatch(/another program polls with this token.*stop it/);
    expect(await conditionsOf(control)).toEqual(['bot_conflict']);
    api.say({ from: USER, text: 'hello' });
    await rival;
    await api.sees(USER, /^hello/);
    await comesTo(control, 'polling');
    expect(api.texts(USER)).toHaveLength(1);
  });

  it('says how to clear a webhook that is set, and goes on once it is', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    const person = new Client(api);
    await sandbox.start();
    await person.call('setWebhook', { url: 'https://example.org/hook' });
    const detail = await comesTo(control, 'conflict');
    expect(detail).toMatch(/webhook.*clear it with `curl .*deleteWebhook`/);
    expect(detail).not.toContain(api.token);
    api.say({ from: USER, text: 'hello' });
    await person.call('deleteWebhook');
    await api.sees(USER, /^hello/);
    await comesTo(control, 'polling');
    expect(await conditionsOf(control)).toEqual([]);
  });
});

describe.concurrent('the bot of the file', () => {
  it('comes and goes with a save, and acts on what was said meanwhile once', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    const toml = tomlOf(api);
    const without = toml.replace(/\[transports\.telegram\][^]*?(?=\n\[\[)/, '').replace(/^chat_id.*$/m, '');
    await sandbox.write('untether.toml', without);
    const service = await sandbox.start();
    expect((await control.status()).bots).toEqual([]);
    expect(api.calls).toEqual([]);

    await sandbox.save(toml);
    await api.polled();
    api.say({ from: USER, text: 'first' });
    await api.sees(USER, /^first/);

    await sandbox.save(without);
    await eventually('it is gone', async () => (await control.status()).bots.length === 0);
    await api.unpolled();
    api.say({ from: USER, text: 'second' });
    expect((await service.get('/ready')).status).toBe(200);
    expect(await conditionsOf(control)).toEqual([]);

    await sandbox.save(toml);
    await api.sees(USER, /^second/);
    expect(api.texts(USER)).toHaveLength(2);
    expect(await control.runs({ limit: 10, trigger: 'manual:echo' })).toHaveLength(2);
    expect(collisions(api)).toBe(0);
  });
});

describe.concurrent('ready', () => {
  /** Starts without waiting until it is ready. */
  async function begin(
    sandbox: Sandbox,
  ): Promise<(path: string) => Promise<{ status: number; body: string }>> {
    const url = new URL(await sandbox.spawn('run').sees(/(http:\/\/[^\s"'\\]+)/)).origin;
    return async (path) => {
      const response = await fetch(`${url}${path}`, path === '/tell' ? { method: 'POST', body: '{}' } : {});
      return { status: response.status, body: await response.text() };
    };
  }

  it('is said when the first poll was answered', async () => {
    await using stage = await setUp();
    const { api, sandbox } = stage;
    await api.down();
    const ask = await begin(sandbox);
    const before = await ask('/ready');
    expect(before.status).toBe(503);
    expect(before.body).toContain('bot_connecting');
    expect((await ask('/health')).status).toBe(200);
    await api.up();
    await eventually('it is ready', async () => (await ask('/ready')).status === 200);
    expect(api.callsOf('getUpdates')[0]?.outcome.kind).toBe('answered');
  });

  it('is said after ten seconds without Telegram, and webhooks are served all the while', async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    await api.down();
    const ask = await begin(sandbox);
    expect((await ask('/tell')).status).toBe(202);
    expect((await ask('/ready')).status).toBe(503);
    await eventually('it is ready', async () => (await ask('/ready')).status === 200);
    expect(await conditionsOf(control)).toEqual(['bot_unreachable']);
  });
});

it.runIf(isLong)(
  'is connected anew when a poll is not answered for a minute and a half',
  async () => {
    await using stage = await setUp();
    const { api, sandbox, control } = stage;
    await sandbox.start();
    await api.polled();
    api.fault({ method: 'getUpdates', kind: 'hang' });
    api.say({ from: USER, text: 'first' });
    await api.sees(USER, /^first/);
    api.say({ from: USER, text: 'second' });
    await eventually(
      'it is answered',
      () => Promise.resolve(count(api.texts(USER), /^second/) === 1),
      110_000,
    );
    expect((await control.status()).bots).toMatchObject([{ state: 'polling' }]);
    expect(await control.runs({ limit: 10, trigger: 'manual:echo' })).toHaveLength(2);
  },
  150_000,
);
