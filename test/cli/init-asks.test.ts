/** Holds the questions of `init` to what a person sees and answers, against a real Bot API. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askAll } from '../../src/cli/init/ask.ts';
import type { Answers } from '../../src/cli/init/answers.ts';
import { PATIENCE_MS } from '../../src/cli/init/ask-bot.ts';
import type { BotFlags } from '../../src/cli/init/ask-bot.ts';
import { compileSchedule } from '../../src/scheduler/schedule.ts';
import { BotApi } from '../support/bot-api/api.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { eventually } from '../support/untether.ts';
import { newFolder } from './support/command-line.ts';
import { GIVE_UP, scripted } from './support/scripted-prompts.ts';
import type { Script } from './support/scripted-prompts.ts';

interface Talk {
  readonly answers: Promise<Answers>;
  readonly shown: readonly string[];
  readonly clock: FakeClock;
}

function talk(apiRoot: string, script: Script, flags: Partial<BotFlags> = {}): Talk {
  const { prompts, shown } = scripted(script);
  const clock = new FakeClock();
  const answers = askAll(prompts, {
    flags: { token: undefined, chat: undefined, user: undefined, apiRoot, ...flags },
    clock,
    searchPath: undefined,
    cwd: '/',
  });
  answers.catch(() => {});
  return { answers, shown, clock };
}

const nobody = 'http://127.0.0.1:1';
const noBot: Script = [[/^Token/, '']];
const noCron: Script = [[/run by itself first/, 'nothing']];

describe('the bot', () => {
  test('is checked, and whoever writes to it and says so is in charge', async () => {
    await using api = await BotApi.start();
    const { answers, shown } = talk(api.root, [
      [/^Token/, 'nonsense', '1:wrong', api.token],
      [/wrote "hi" in a private chat. Is that you\?/, true],
      ...noCron,
    ]);
    await api.polled();
    api.say({ from: { id: 42, first_name: 'Ada', username: 'ada' }, text: 'hi' });
    expect(await answers).toEqual({
      bot: { token: api.token, username: 'untether_110201543_bot', apiRoot: api.root, chat: 42, user: 42 },
    });
    const text = shown.join('\n');
    expect(text).toContain('copy the whole of it from @BotFather');
    expect(text).toContain(
      'Telegram refuses this token (Unauthorized): copy the current one from @BotFather',
    );
    expect(text).toContain('this is @untether_110201543_bot');
    expect(text).toContain('Ada (@ada, user id 42) wrote "hi" in a private chat. Is that you?');
  });

  test('leaves the message for the service, which gets it too', async () => {
    await using api = await BotApi.start();
    api.say({ from: 42, text: '/start' });
    const { answers } = talk(api.root, [[/^Token/, api.token], [/Is that you/, true], ...noCron]);
    await answers;
    expect(api.pending()).toBe(1);
  });

  test('asks about each person once, and takes no channel, bot or anonymous admin for one', async () => {
    await using api = await BotApi.start();
    api.say({ from: { id: 7, first_name: 'Eve' }, text: 'first' });
    api.push({
      message: {
        chat: { id: -100_500 },
        from: { id: 1_087_968_824, is_bot: true, first_name: 'Group' },
        sender_chat: { id: -100_500, type: 'supergroup' },
        text: 'anonymous',
      },
    });
    const { answers, clock, shown } = talk(api.root, [
      [/^Token/, api.token],
      [/^Eve/, false],
      [/^Ada.*in Ops \(chat id -100200\)/, true],
      ...noCron,
    ]);
    // It has asked about Eve, and pauses before it polls again.
    await eventually('it pauses', async () => clock.nextIn() === 1_000);
    api.addChat({ id: -100_200, title: 'Ops' });
    api.say({ from: { id: 42, first_name: 'Ada' }, chat: -100_200, text: 'me' });
    await clock.advance(1_000);
    expect((await answers).bot).toMatchObject({ chat: -100_200, user: 42 });
    expect(shown.filter((words) => words.startsWith('Eve'))).toHaveLength(1);
    expect(shown.join('\n')).not.toContain('anonymous');
  });

  test('that nobody writes to is asked about instead', async () => {
    await using api = await BotApi.start();
    const { answers, clock, shown } = talk(api.root, [
      [/^Token/, api.token],
      [/numeric user id/, 'ada', '42'],
      ...noCron,
    ]);
    await api.polled();
    await clock.advance(PATIENCE_MS);
    expect((await answers).bot).toMatchObject({ chat: 42, user: 42 });
    expect(shown).toContain('No message came.');
    expect(shown).toContain('digits only');
  });

  test('that has a webhook says how it is cleared', async () => {
    await using api = await BotApi.start();
    await fetch(`${api.root}/bot${api.token}/setWebhook?url=https://example.com/x`);
    const { answers, shown } = talk(api.root, [[/^Token/, api.token], [/numeric user id/, ''], ...noCron]);
    expect((await answers).bot).toEqual({
      token: api.token,
      username: 'untether_110201543_bot',
      apiRoot: api.root,
    });
    expect(shown.join('\n')).toContain(`(409): clear it with \`curl ${api.root}/bot<TOKEN>/deleteWebhook\``);
    expect(shown.join('\n')).not.toContain(api.token);
  });

  test('that another program polls with says so', async () => {
    await using api = await BotApi.start();
    const { answers, shown } = talk(api.root, [
      [/^Token/, api.token],
      [/^Your numeric user id/, ''],
      ...noCron,
    ]);
    await api.polled();
    await fetch(`${api.root}/bot${api.token}/getUpdates`);
    await answers;
    expect(shown.join('\n')).toMatch(/another program polls with this token .*\(409\).*--chat and --user/);
  });

  test('whose flags say everything is only checked', async () => {
    await using api = await BotApi.start();
    const { answers } = talk(api.root, noCron, { token: api.token, user: 42, chat: -100 });
    expect((await answers).bot).toMatchObject({ chat: -100, user: 42 });
    expect(api.callsOf('getUpdates')).toEqual([]);
  });
});

describe('the first cron', () => {
  test('may be a prompt, on a schedule that the scheduler reads', async () => {
    const { answers, shown } = talk(nobody, [
      ...noBot,
      [/run by itself first/, 'prompt'],
      [/What should it do/, '', 'Tidy up'],
      [/Which agent/, 'ENTER'],
      [/time zone/, 'Mars', 'Europe/Berlin'],
      [/^When/, '61 9 * * *', '0 0 31 2 *', '0 9 * * MON-FRI'],
    ]);
    expect(await answers).toEqual({
      cron: {
        work: { kind: 'prompt', prompt: 'Tidy up', engine: 'claude' },
        when: { kind: 'schedule', expression: '0 9 * * MON-FRI', zone: 'Europe/Berlin' },
        words: '9:00 AM Mon–Fri (Berlin)',
      },
    });
    for (const words of ['it is empty', 'there is no such zone', 'minute: 61', 'that never comes'])
      expect(shown.join('\n')).toContain(words);
    expect(shown.at(-1)).toBe('That is 9:00 AM Mon–Fri (Berlin), next at 2026-01-01 09:00 Europe/Berlin.');
  });

  test('is told the moment that H stands for in the trigger that is written', async () => {
    const { answers, shown, clock } = talk(nobody, [
      ...noBot,
      [/run by itself first/, 'command'],
      [/Which command/, 'true'],
      [/time zone/, 'UTC'],
      [/^When/, 'H 9 * * *'],
    ]);
    const written = compileSchedule({ expression: 'H 9 * * *', zone: 'UTC', hashSeed: 'cron:first' });
    if (!written.ok) throw new Error(written.message);
    const at = new Date(written.schedule.next(clock.now()) ?? 0).toISOString();
    expect((await answers).cron?.words).toBe(`9:${at.slice(14, 16)} AM daily (UTC)`);
    expect(shown.at(-1)).toContain(`next at ${at.slice(0, 10)} ${at.slice(11, 16)} UTC`);
  });

  test.each([
    ['./backup.sh "a b"', { kind: 'command', argv: ['./backup.sh', 'a b'] }],
    ['df -h | mail me', { kind: 'shell', line: 'df -h | mail me' }],
  ])('may be the command %s', async (line, work) => {
    const { answers } = talk(nobody, [
      ...noBot,
      [/run by itself first/, 'command'],
      [/Which command/, line],
      [/time zone/, 'ENTER'],
      [/^When/, 'every 90m'],
    ]);
    expect((await answers).cron).toEqual({ work, when: { kind: 'every', every: '90m' }, words: 'every 90m' });
  });

  test('asks for an agent that is there, before one that is not', async () => {
    const bin = await newFolder();
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'gemini'), '#!/bin/sh\n', { mode: 0o755 });
    const { prompts } = scripted([
      ...noBot,
      [/run by itself first/, 'prompt'],
      [/What should it do/, 'x'],
      [/Which agent/, 'ENTER'],
      [/time zone/, 'UTC'],
      [/^When/, '@daily'],
    ]);
    const flags = { token: undefined, chat: undefined, user: undefined, apiRoot: nobody };
    const { cron } = await askAll(prompts, { flags, clock: new FakeClock(), searchPath: bin, cwd: '/' });
    expect(cron?.work).toMatchObject({ engine: 'gemini' });
  });
});

test('whoever gives up is asked nothing more', async () => {
  const { answers, shown } = talk(nobody, [[/^Token/, GIVE_UP]]);
  await expect(answers).rejects.toMatchObject({ code: 'conflict', message: 'given up: nothing was written' });
  expect(shown).toHaveLength(1);
});
