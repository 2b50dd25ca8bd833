/** Holds Pi to its command line and to what was recorded of it (0.73.1). */
import { describe, expect, test } from 'vitest';
import { accountOf, eventsIn, recorded, request, startOf, summary } from './replayed.ts';
import { failureOf, isAnswered } from '../../src/engines/account.ts';
import { pi } from '../../src/engines/pi.ts';

const always = ['agent', '--print', '--mode', 'json'];

describe('its command line', () => {
  test.each([
    ['a new run', {}, []],
    ['a session is resumed', { resume: 'abc' }, ['--session', 'abc']],
    [
      'model and thinking are told',
      { model: 'm', reasoning: 'high' },
      ['--model', 'm', '--thinking', 'high'],
    ],
    ['read-only', { tools: { kind: 'read-only' } } as const, ['--tools', 'read,grep,find,ls']],
    [
      'a list of tools',
      { tools: { kind: 'list', names: ['read', 'bash'] } } as const,
      ['--tools', 'read,bash'],
    ],
    ['an empty list', { tools: { kind: 'list', names: [] } } as const, ['--no-tools']],
  ])('%s', (_, changes, words) => {
    expect(startOf(pi, changes)).toEqual({
      ok: true,
      argv: [...always, ...words, 'say hello'],
      stdin: undefined,
      env: {},
      files: {},
    });
  });

  test('a prompt is neither a flag nor the name of a file to read', () => {
    expect(startOf(pi, { prompt: '--no-session' }).argv.at(-1)).toBe(' --no-session');
    expect(startOf(pi, { prompt: '@secret.txt' }).argv.at(-1)).toBe(' @secret.txt');
  });

  test('a permission mode is refused, since it has none', () => {
    expect(pi.start(request({ permissionMode: 'plan' }))).toMatchObject({ ok: false });
  });
});

describe('its stream', () => {
  test.each(['pi/fresh', 'pi/resumed'])('%s: the answer, the session and the usage', (name) => {
    expect(summary(pi, name)).toEqual({
      events: [
        'started',
        'started',
        'text I will look.',
        'usage',
        'tool bash: echo hello',
        'bash done',
        'text All done: hello',
        'usage',
        'result',
      ],
      session: '01a21484-d14b-73f6-8f45-1bca5b666774',
      answer: 'All done: hello',
      isAnswered: true,
      failure: null,
      usage: { inputTokens: 200, outputTokens: 40, costUsd: 0.000226 },
    });
  });

  test('a tool that fails has failed, and the run goes on', () => {
    expect(summary(pi, 'pi/tool-error')).toMatchObject({
      events: expect.arrayContaining(['tool read: nothing.txt', 'read failed']) as unknown,
      answer: 'All done: hello',
    });
  });

  test.each([
    ['pi/error-401', '401 invalid x-api-key'],
    ['pi/error-500', '500 it is broken today'],
  ])('%s: a run whose exit code says nothing has failed by its stream', (name, failure) => {
    expect(summary(pi, name)).toMatchObject({ answer: null, isAnswered: false, failure });
  });

  test('a retry that succeeds takes the failure back', () => {
    const failed = recorded('pi/error-401').toString();
    const retried = recorded('pi/fresh').toString();
    const account = accountOf(eventsIn(pi, failed + retried));
    expect(failureOf(account)).toBeNull();
    expect(isAnswered(account)).toBe(true);
  });
});
