/** Holds answers to finding their place in the example that is shipped, and everything else in it to staying. */
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { readExample } from '../../src/cli/init.ts';
import type { Answers, CronAnswer } from '../../src/cli/init/answers.ts';
import { fillIn } from '../../src/cli/init/fill.ts';

const example = await readExample();
const bot = { token: '110201543:AAH_x-y', username: 'my_bot', chat: -100_123, user: 42 } as const;
const cron: CronAnswer = {
  work: { kind: 'prompt', prompt: 'Say "hi"\\ \u007f', engine: 'claude' },
  when: { kind: 'schedule', expression: '0 9 * * MON-FRI', zone: 'Europe/Berlin' },
  words: '9:00 AM Mon–Fri (Berlin)',
};

interface Written {
  readonly transports?: { readonly telegram: unknown };
  readonly triggers: { readonly crons: readonly unknown[]; readonly webhooks: readonly unknown[] };
}

function written(answers: Answers): Written {
  return parse(fillIn(example, answers)) as unknown as Written;
}

test('no answers leave the example as it is', () => {
  expect(fillIn(example, {})).toBe(example);
});

test('the bot takes the place that waits for it, beside its comments', () => {
  expect(written({ bot }).transports?.telegram).toEqual({
    bot_token: bot.token,
    chat_id: bot.chat,
    allowed_user_ids: [42],
    admins: [42],
  });
  const lines = fillIn(example, { bot }).split('\n');
  expect(lines).toHaveLength(example.split('\n').length);
  expect(lines.find((line) => line.startsWith('admins = [42] '))).toContain('# ');
  expect(lines).toContain('# max_pending = 20');
});

test('a server of one’s own is named, and nobody is listed who is not known', () => {
  const answer = { token: bot.token, username: 'my_bot', apiRoot: 'http://127.0.0.1:8081' };
  expect(written({ bot: answer }).transports?.telegram).toEqual({
    bot_token: bot.token,
    api_root: 'http://127.0.0.1:8081',
  });
});

describe('the first cron', () => {
  test('takes the place of the one that the example begins with', () => {
    expect(written({ cron }).triggers.crons).toEqual([
      {
        id: 'first',
        schedule: '0 9 * * MON-FRI',
        timezone: 'Europe/Berlin',
        engine: 'claude',
        prompt: 'Say "hi"\\ \u007f',
      },
    ]);
    expect(written({ cron })).toMatchObject({ default_engine: 'claude' });
    expect(fillIn(example, { cron }).match(/^default_engine/gm)).toHaveLength(1);
    expect(written({ cron }).triggers.webhooks).toEqual(written({}).triggers.webhooks);
    expect(fillIn(example, { cron })).not.toContain('Prints the date once a minute');
  });

  test.each([
    [{ kind: 'command', argv: ['a b', '--c'] } as const, { command: ['a b', '--c'] }],
    [{ kind: 'shell', line: 'a | b' } as const, { shell: true, command: ['a | b'] }],
  ])('may be %j, of whose failures the chat is told', (work, keys) => {
    const answers = { bot, cron: { ...cron, work, when: { kind: 'every', every: '90m' } as const } };
    expect(written(answers).triggers.crons).toEqual([
      { id: 'first', every: '90m', action: 'command', ...keys, notify_on_failure: true },
    ]);
  });
});

test('an example without such places gets them at its end', () => {
  const text = fillIn('default_engine = "x"\n', { bot, cron });
  expect(parse(text)).toMatchObject({
    default_engine: 'x',
    transports: { telegram: { chat_id: bot.chat } },
    triggers: { crons: [{ id: 'first' }] },
  });
});
