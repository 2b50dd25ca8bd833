/** Holds Codex to its command line and to what was recorded of it (0.169.0). */
import { describe, expect, test } from 'vitest';
import { codex } from '../../src/engines/codex.ts';
import { eventsIn, request, startOf, summary } from './replayed.ts';

const exec = ['exec', '--json', '--skip-git-repo-check', '--color=never'];
const inSandbox = (name: string): readonly string[] => ['--ask-for-approval', 'never', '--sandbox', name];

describe('its command line', () => {
  test.each([
    [
      'a new run may write in its folder and asks nobody',
      {},
      [...inSandbox('workspace-write'), ...exec, '-'],
    ],
    [
      'a session is resumed, and its id cannot be a flag',
      { resume: 'abc' },
      [...inSandbox('workspace-write'), ...exec, 'resume', '--', 'abc', '-'],
    ],
    [
      'model and reasoning are told',
      { model: 'gpt-5', reasoning: 'high' },
      [
        '--model',
        'gpt-5',
        '-c',
        'model_reasoning_effort="high"',
        ...inSandbox('workspace-write'),
        ...exec,
        '-',
      ],
    ],
    [
      'read-only has no web search, and outweighs a permission mode',
      { tools: { kind: 'read-only' }, permissionMode: 'danger-full-access' } as const,
      [...inSandbox('read-only'), '-c', 'web_search="disabled"', ...exec, '-'],
    ],
    [
      'a permission mode is a sandbox',
      { permissionMode: 'danger-full-access' },
      [...inSandbox('danger-full-access'), ...exec, '-'],
    ],
    [
      'a sandbox in words of the operator is not chosen twice',
      { command: ['agent', '--sandbox=read-only'] as const },
      ['--sandbox=read-only', ...exec, '-'],
    ],
  ])('%s', (_, changes, words) => {
    const prompt = '--dangerously-bypass-approvals-and-sandbox';
    expect(startOf(codex, { ...changes, prompt })).toEqual({
      ok: true,
      argv: ['agent', ...words],
      stdin: prompt,
      env: {},
      files: {},
    });
  });

  test('a list of tools is refused, since no flag limits it to one', () => {
    expect(codex.start(request({ tools: { kind: 'list', names: ['shell'] } }))).toMatchObject({ ok: false });
  });
});

describe('its stream', () => {
  test('codex/fresh: the answer, the session and the usage', () => {
    expect(summary(codex, 'codex/fresh')).toEqual({
      events: [
        'started',
        expect.stringMatching(/^error Model metadata/),
        'text I will look.',
        `tool command: /bin/bash -lc 'echo hello'`,
        'command done',
        'text All done: hello',
        'usage',
        'result',
      ],
      session: '01a21485-470d-7c13-a4bf-f10f7c73ff8e',
      answer: 'All done: hello',
      isAnswered: true,
      failure: null,
      usage: { inputTokens: 200, outputTokens: 40, costUsd: null },
    });
  });

  test('codex/resumed: the same session, and the usage of all of it', () => {
    expect(summary(codex, 'codex/resumed')).toMatchObject({
      session: '01a21485-470d-7c13-a4bf-f10f7c73ff8e',
      usage: { inputTokens: 400, outputTokens: 80, costUsd: null },
    });
  });

  test('changes of files and commands that fail are steps', () => {
    expect(summary(codex, 'codex/patch').events).toEqual(
      expect.arrayContaining([
        'tool file_change: /home/user/project/new.txt',
        'file_change done',
        `tool command: /bin/bash -lc 'cat nothing.txt; exit 3'`,
        'command failed',
      ]),
    );
  });

  test('a tool of an MCP server that is denied has failed, and the run goes on', () => {
    expect(summary(codex, 'codex/denied')).toMatchObject({
      events: expect.arrayContaining(['tool lab.poke: ', 'lab.poke failed']) as unknown,
      answer: 'All done: hello',
    });
  });

  test.each([
    ['codex/error-401', expect.stringMatching(/^unexpected status 401 Unauthorized/)],
    ['codex/error-500', expect.stringMatching(/^We’re currently experiencing high demand/)],
  ])('%s: a failed run has a reason and no answer', (name, failure) => {
    expect(summary(codex, name)).toMatchObject({ answer: null, isAnswered: false, failure });
  });

  test('a tool that is only told of when it is over is a step too', () => {
    const item = { id: 'item_1', type: 'web_search', query: 'weather' };
    expect(eventsIn(codex, JSON.stringify({ type: 'item.completed', item }))).toEqual([
      { kind: 'tool', name: 'web_search', detail: 'weather' },
      { kind: 'tool_result', name: 'web_search', isError: false },
    ]);
  });

  test.each(['reasoning', 'todo_list', 'of_tomorrow'])('an item of kind %s is no step', (type) => {
    const item = { id: 'item_1', type, text: 'hm' };
    expect(eventsIn(codex, JSON.stringify({ type: 'item.completed', item }))).toEqual([]);
  });
});
