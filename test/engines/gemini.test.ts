/** Holds Gemini CLI to its command line and to what was recorded of it (0.61.0). */
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { MAX_ARGUMENT_BYTES } from '../../src/engines/argument.ts';
import type { EngineRequest } from '../../src/engines/contract.ts';
import { gemini } from '../../src/engines/gemini.ts';
import { accountOf, eventsIn, request, startOf, summary } from './replayed.ts';

const output = ['--output-format', 'stream-json'];

describe('its command line', () => {
  test.each([
    ['a new run approves everything', {}, [...output, '--approval-mode', 'yolo', '--skip-trust']],
    [
      'a session is resumed',
      { resume: 'abc' },
      [...output, '--resume', 'abc', '--approval-mode', 'yolo', '--skip-trust'],
    ],
    [
      'a model is told',
      { model: 'gemini-2.5-pro' },
      [...output, '--model', 'gemini-2.5-pro', '--approval-mode', 'yolo', '--skip-trust'],
    ],
    [
      'a permission mode is an approval mode',
      { permissionMode: 'auto_edit' },
      [...output, '--approval-mode', 'auto_edit', '--skip-trust'],
    ],
    [
      'a mode in words of the operator is not chosen twice',
      { command: ['agent', '--yolo'] as const },
      ['--yolo', ...output, '--skip-trust'],
    ],
  ])('%s', (_, changes, words) => {
    expect(startOf(gemini, { ...changes, prompt: '--sandbox=false' })).toEqual({
      ok: true,
      argv: ['agent', ...words, '--prompt=--sandbox=false'],
      stdin: undefined,
      env: {},
      files: {},
    });
  });

  test('reasoning is refused, since there is no flag for it', () => {
    expect(gemini.start(request({ reasoning: 'high' }))).toEqual({
      ok: false,
      reason: 'gemini cannot be told a reasoning',
    });
  });
});

/** The tools that a policy allows beside its denial of all. */
function allowedIn(policy: string | undefined): readonly string[] | undefined {
  const { rule = [] } = parse(policy ?? '') as { readonly rule?: ReadonlyArray<Record<string, unknown>> };
  const [all, some, ...more] = rule;
  expect(all).toEqual({ toolName: '*', decision: 'deny', priority: 998 });
  expect(more).toEqual([]);
  if (some !== undefined) expect(some).toMatchObject({ decision: 'allow', priority: 999 });
  return some?.toolName as readonly string[] | undefined;
}

describe('a limited run', () => {
  const readOnly = { tools: { kind: 'read-only' } } as const;
  const list = (...names: readonly string[]): Pick<EngineRequest, 'tools'> => ({
    tools: { kind: 'list', names },
  });
  const policy = '--policy=/state/attempts/1/tools.toml';
  const noServers = '--allowed-mcp-server-names=NONE';

  test('has a policy of its own, asks for the default mode whatever was chosen, and starts no MCP server', () => {
    expect(startOf(gemini, { ...readOnly, permissionMode: 'yolo', resume: 'abc' })).toEqual({
      ok: true,
      argv: [
        ...['agent', ...output, '--resume', 'abc', '--approval-mode', 'default'],
        ...[policy, noServers, '--skip-trust', '--prompt=say hello'],
      ],
      stdin: undefined,
      env: { SANDBOX_MOUNTS: '/state/attempts/1:/state/attempts/1:ro' },
      files: { 'tools.toml': expect.any(String) as unknown },
    });
  });

  test('may read inside the folder, and nothing else', () => {
    expect(allowedIn(startOf(gemini, readOnly).files['tools.toml'])).toEqual([
      'list_directory',
      'read_file',
      'grep_search',
      'glob',
    ]);
  });

  test('to a list may use just its tools, in the mode that was chosen', () => {
    const { argv, files } = startOf(gemini, { ...list('read_file', 'replace'), permissionMode: 'auto_edit' });
    expect(allowedIn(files['tools.toml'])).toEqual(['read_file', 'replace']);
    expect(argv).toEqual(expect.arrayContaining([policy, noServers, 'auto_edit']));
  });

  test('to no tool at all may use none', () => {
    expect(allowedIn(startOf(gemini, list()).files['tools.toml'])).toBeUndefined();
  });

  test('starts MCP servers where the list names their tools', () => {
    const { argv, files } = startOf(gemini, list('mcp_lab_poke', 'mcp_docs_*'));
    expect(allowedIn(files['tools.toml'])).toEqual(['mcp_lab_poke', 'mcp_docs_*']);
    expect(argv).toContain(policy);
    expect(argv).not.toContain(noServers);
  });

  test.each(['*', 'run_shell_command(git log)', 'a"]\ndecision="allow', 'a b', ''])(
    'to %j is refused, which is no name of a tool',
    (name) => {
      expect(gemini.start(request(list('read_file', name)))).toMatchObject({ ok: false });
    },
  );

  test.each([
    '--yolo',
    '-y',
    '--approval-mode=yolo',
    '--policy=mine.toml',
    '--admin-policy',
    '--allowed-mcp-server-names',
  ])('is refused where the operator has %s among its words, beside which no limit would hold', (word) => {
    expect(gemini.start(request({ ...readOnly, command: ['agent', word] }))).toEqual({
      ok: false,
      reason: `gemini cannot be limited beside its own word ${word.replace(/=.*/, '')}`,
    });
  });

  test.each(['/state,1/attempts', '/state/a:b'])(
    'is refused in %s, since it would start without its policy',
    (workDir) => {
      expect(gemini.start(request({ ...readOnly, workDir }))).toMatchObject({ ok: false });
      expect(gemini.start(request({ workDir }))).toMatchObject({ ok: true, files: {} });
    },
  );

  test('never takes its prompt for a command, which no policy limits', () => {
    expect(startOf(gemini, { ...readOnly, prompt: '/init' }).argv.at(-1)).toBe('--prompt= /init');
    const long = `/init ${'x'.repeat(MAX_ARGUMENT_BYTES)}`;
    expect(startOf(gemini, { ...readOnly, prompt: long }).stdin).toBe(` ${long}`);
    expect(startOf(gemini, { prompt: '/review' }).argv.at(-1)).toBe('--prompt=/review');
  });
});

describe('its stream', () => {
  test.each(['gemini/fresh', 'gemini/resumed'])('%s: the answer, the session and the usage', (name) => {
    expect(summary(gemini, name)).toEqual({
      events: [
        'started',
        'text I will look.',
        'tool run_shell_command: echo hello',
        'run_shell_command done',
        'text All done: hello',
        'usage',
        'result',
      ],
      session: '02d96c10-efc5-47bb-a4c5-95d522726294',
      answer: 'All done: hello',
      isAnswered: true,
      failure: null,
      // What was thought is part of the total alone.
      usage: { inputTokens: 300, outputTokens: 75, costUsd: null },
    });
  });

  test('a tool that is denied has failed, and the run goes on', () => {
    expect(summary(gemini, 'gemini/denied')).toMatchObject({
      events: expect.arrayContaining(['write_file failed']) as unknown,
      answer: 'All done: hello',
    });
  });

  test('gemini/read-only: whatever its model asks for beyond its tools has failed', () => {
    expect(summary(gemini, 'gemini/read-only')).toMatchObject({
      events: expect.arrayContaining([
        'enter_plan_mode failed',
        'exit_plan_mode failed',
        'run_shell_command failed',
      ]) as unknown,
      answer: 'All done: hello',
      isAnswered: true,
    });
  });

  test('gemini/error-401: a failed run has a reason and no answer', () => {
    expect(summary(gemini, 'gemini/error-401')).toMatchObject({
      answer: null,
      isAnswered: false,
      failure: expect.stringContaining('invalid x-api-key') as unknown,
    });
  });

  test('pieces of a message are one message, and a new one begins after a tool', () => {
    const piece = (content: string): string =>
      JSON.stringify({ type: 'message', role: 'assistant', content, delta: true });
    const tool = JSON.stringify({ type: 'tool_use', tool_name: 'glob', tool_id: '1', parameters: {} });
    const stream = [piece('Let me '), piece('see.'), tool, piece('It '), piece('is '), piece('done.')];
    expect(accountOf(eventsIn(gemini, stream.slice(0, 2).join('\n'))).message).toBe('Let me see.');
    expect(accountOf(eventsIn(gemini, stream.join('\n'))).message).toBe('It is done.');
  });
});
