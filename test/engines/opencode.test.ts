/** Holds OpenCode to its command line and to what was recorded of it (1.18.33). */
import { describe, expect, test } from 'vitest';
import { opencode } from '../../src/engines/opencode.ts';
import { eventsIn, startOf, summary } from './replayed.ts';

describe('its command line', () => {
  test.each([
    ['a new run', {}, []],
    ['a session is resumed', { resume: 'ses_1' }, ['--session', 'ses_1']],
    [
      'model and variant are told',
      { model: 'lab/m1', reasoning: 'high' },
      ['--model', 'lab/m1', '--variant', 'high'],
    ],
    ['a permission mode is an agent', { permissionMode: 'plan' }, ['--agent', 'plan']],
    ['the mode `auto` approves what would be asked', { permissionMode: 'auto' }, ['--auto']],
  ])('%s', (_, changes, words) => {
    expect(startOf(opencode, { ...changes, prompt: '--auto "quoted"' })).toEqual({
      ok: true,
      argv: ['agent', 'run', '--format', 'json', ...words],
      stdin: '--auto "quoted"',
      env: {},
      files: {},
    });
  });
});

describe('a limited run', () => {
  type Rules = Readonly<Record<string, string>>;
  const rulesOf = (env: Rules): { readonly everywhere: Rules; readonly agent: Rules } => {
    const config = JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? '') as {
      agent: Record<string, { permission: Rules }>;
    };
    return {
      everywhere: JSON.parse(env.OPENCODE_PERMISSION ?? '') as Rules,
      agent: config.agent['untether-limited']?.permission ?? {},
    };
  };

  test('has an agent of its own, whose rules no configuration of the project outweighs', () => {
    const { argv, env } = startOf(opencode, { tools: { kind: 'read-only' }, permissionMode: 'auto' });
    expect(argv.slice(4)).toEqual(['--agent', 'untether-limited']);
    const { everywhere, agent } = rulesOf(env);
    expect(agent).toEqual(everywhere);
    expect(agent).toMatchObject({ '*': 'deny', bash: 'deny', edit: 'deny', external_directory: 'deny' });
  });

  test('may use what only reads', () => {
    const { agent } = rulesOf(startOf(opencode, { tools: { kind: 'read-only' } }).env);
    const allowed = Object.keys(agent).filter((tool) => agent[tool] === 'allow');
    expect(allowed).toEqual(['read', 'grep', 'glob', 'list']);
  });

  test('may use just what is on its list', () => {
    const { agent } = rulesOf(startOf(opencode, { tools: { kind: 'list', names: ['bash'] } }).env);
    expect(Object.keys(agent).filter((tool) => agent[tool] === 'allow')).toEqual(['bash']);
  });
});

describe('its stream', () => {
  test.each(['opencode/fresh', 'opencode/resumed'])('%s: the answer, the session and the usage', (name) => {
    expect(summary(opencode, name)).toEqual({
      events: [
        'started',
        'text I will look.',
        'tool bash: echo hello',
        'bash done',
        'usage',
        'text All done: hello',
        'usage',
        'result',
      ],
      session: 'ses_deb7b39a1ffePG21bHazde2Wiz',
      answer: 'All done: hello',
      isAnswered: true,
      failure: null,
      usage: { inputTokens: 200, outputTokens: 40, costUsd: 0.00022 },
    });
  });

  test('a tool that is denied has failed, and the run goes on', () => {
    expect(summary(opencode, 'opencode/denied')).toMatchObject({
      events: expect.arrayContaining(['tool read: /etc/hostname', 'read failed']) as unknown,
      answer: 'All done: hello',
    });
  });

  test('opencode/error-401: a failed run has a reason and no answer', () => {
    expect(summary(opencode, 'opencode/error-401')).toMatchObject({
      session: 'ses_deb79aaa6ffelHyeprVewk51AE',
      answer: null,
      isAnswered: false,
      failure: 'invalid x-api-key',
    });
  });

  test.each(['tool-calls', 'unknown'])('a step that ends for %s does not end the turn', (reason) => {
    const line = JSON.stringify({ type: 'step_finish', part: { reason } });
    expect(eventsIn(opencode, line).map(({ kind }) => kind)).toEqual(['usage']);
  });
});
