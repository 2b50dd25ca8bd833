/** Holds Claude Code to its command line and to what was recorded of it (2.1.332). */
import { describe, expect, test } from 'vitest';
import { claude } from '../../src/engines/claude.ts';
import { accountOf, eventsIn, recorded, startOf, summary } from './replayed.ts';

const always = ['agent', '-p', '--output-format', 'stream-json', '--verbose'];

describe('its command line', () => {
  test.each([
    ['a new run may use what an unattended run needs', {}, ['--allowedTools', 'Bash,Read,Edit,Write']],
    ['words of the operator stand first', { command: ['agent', '--chrome'] as const }, undefined],
    ['a permission mode replaces the default', { permissionMode: 'plan' }, ['--permission-mode', 'plan']],
    [
      'a session is resumed',
      { resume: 'abc', permissionMode: 'plan' },
      ['--resume', 'abc', '--permission-mode', 'plan'],
    ],
    [
      'model and effort are told',
      { model: 'sonnet', reasoning: 'high', permissionMode: 'plan' },
      ['--model', 'sonnet', '--effort', 'high', '--permission-mode', 'plan'],
    ],
    [
      'read-only drops every tool that could change something, and every permission mode',
      { tools: { kind: 'read-only' }, permissionMode: 'bypassPermissions' } as const,
      ['--tools', 'Read,Grep,Glob', '--strict-mcp-config', '--disable-slash-commands'],
    ],
    [
      'a list is what exists and what needs no permission',
      { tools: { kind: 'list', names: ['Read', 'Bash(git log:*)'] } } as const,
      ['--tools', 'Read,Bash', '--strict-mcp-config', '--allowedTools', 'Read,Bash(git log:*)'],
    ],
    [
      'a list may hold tools of MCP servers',
      { tools: { kind: 'list', names: ['Read', 'mcp__db__query'] } } as const,
      ['--tools', 'Read', '--allowedTools', 'Read,mcp__db__query'],
    ],
    [
      'an empty list leaves no tool',
      { tools: { kind: 'list', names: [] } } as const,
      ['--tools', '', '--strict-mcp-config'],
    ],
  ])('%s', (_, changes, words) => {
    const { argv, stdin, env } = startOf(claude, changes);
    if (words === undefined) expect(argv.slice(0, 3)).toEqual(['agent', '--chrome', '-p']);
    else expect(argv).toEqual([...always, ...words, '--', 'say hello']);
    expect({ stdin, env }).toEqual({ stdin: undefined, env: {} });
  });

  test('permissions in words of the operator are left as they are', () => {
    const { argv } = startOf(claude, { command: ['agent', '--permission-mode=acceptEdits'] });
    expect(argv).not.toContain('--allowedTools');
  });

  test('a prompt that looks like a flag stands behind `--`', () => {
    expect(startOf(claude, { prompt: '--resume x' }).argv.slice(-2)).toEqual(['--', '--resume x']);
  });
});

describe('its stream', () => {
  test.each(['claude/fresh', 'claude/resumed'])(
    '%s: the answer, the session, and the usage of this run alone',
    (name) => {
      expect(summary(claude, name)).toEqual({
        events: [
          'started',
          'text I will look.',
          'usage',
          'tool Bash: echo hello',
          'Bash done',
          'text All done: hello',
          'usage',
          'usage',
          'result',
        ],
        session: '26dd8979-e129-4df3-937d-83a7fb9038ae',
        answer: 'All done: hello',
        isAnswered: true,
        failure: null,
        usage: { inputTokens: 280, outputTokens: 40, costUsd: 0.0017120000000000002 },
      });
    },
  );

  test('a tool that is denied has failed, and the run goes on', () => {
    expect(summary(claude, 'claude/denied')).toMatchObject({
      events: expect.arrayContaining(['tool Read: /etc/hostname', 'Read failed']) as unknown,
      answer: 'All done: hello',
      failure: null,
    });
  });

  test.each([
    ['claude/error-401', 'Invalid API key · Fix external API key'],
    ['claude/error-500', expect.stringMatching(/^API Error: 500 it is broken today/)],
    ['claude/unknown-session', expect.stringMatching(/^No conversation found with session ID/)],
  ])('%s: a failed run has a reason and no answer', (name, failure) => {
    expect(summary(claude, name)).toMatchObject({ answer: null, isAnswered: false, failure });
  });

  test('the model is told', () => {
    expect(accountOf(eventsIn(claude, recorded('claude/fresh'))).model).toBe('claude-opus-5-5');
  });

  test('a run that is cut short has the usage of its messages, each counted once', () => {
    const lines = recorded('claude/fresh').toString().split('\n').slice(0, 5).join('\n');
    expect(accountOf(eventsIn(claude, lines)).usage).toEqual({
      inputTokens: 280,
      outputTokens: 2,
      costUsd: null,
    });
  });

  test('several results of one run add up', () => {
    const line = recorded('claude/fresh').toString().trim().split('\n').at(-1) ?? '';
    expect(accountOf(eventsIn(claude, `${line}\n${line}\n`)).usage).toEqual({
      inputTokens: 560,
      outputTokens: 80,
      costUsd: 0.0034240000000000004,
    });
  });

  test('claude/background: a turn that a task began after the first answer is heard, and counts', () => {
    expect(summary(claude, 'claude/background')).toEqual({
      events: [
        'started',
        'text I will look.',
        'usage',
        'tool Bash: sleep 5; echo woke',
        'background',
        'Bash done',
        'text I wait for it.',
        'usage',
        'usage',
        'result',
        'background',
        'started',
        'text It woke.',
        'usage',
        'usage',
        'result',
      ],
      session: '946cc4b1-4c64-4c63-ad72-129391011d98',
      answer: 'It woke.',
      isAnswered: true,
      failure: null,
      usage: { inputTokens: 420, outputTokens: 60, costUsd: expect.closeTo(0.002568, 9) as unknown },
    });
  });

  test('an older version tells its usage in the result alone', () => {
    const usage = { input_tokens: 1, cache_read_input_tokens: 2, output_tokens: 3 };
    const line = JSON.stringify({
      type: 'result',
      subtype: 'success',
      result: 'yes',
      usage,
      total_cost_usd: 0.5,
    });
    expect(accountOf(eventsIn(claude, line)).usage).toEqual({
      inputTokens: 3,
      outputTokens: 3,
      costUsd: 0.5,
    });
  });

  test('the words of a subagent are not the answer; its tools are steps', () => {
    const content = [
      { type: 'text', text: 'from below' },
      { type: 'tool_use', id: 'x', name: 'Read', input: { file_path: 'a.txt' } },
    ];
    const line = JSON.stringify({ type: 'assistant', parent_tool_use_id: 'toolu_1', message: { content } });
    expect(eventsIn(claude, line)).toEqual([{ kind: 'tool', name: 'Read', detail: 'a.txt' }]);
  });

  test('a run that used up its turns has failed', () => {
    const line = JSON.stringify({ type: 'result', subtype: 'error_max_turns', is_error: false });
    expect(eventsIn(claude, line)).toMatchObject([
      { kind: 'result', isError: true, reason: 'error_max_turns' },
    ]);
  });
});
