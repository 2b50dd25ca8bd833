/** Holds Gemini CLI to its command line and to what was recorded of it (0.61.0). */
import { describe, expect, test } from 'vitest';
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
    });
  });

  test.each([{ kind: 'read-only' } as const, { kind: 'list', names: ['read_file'] } as const])(
    'a run limited to $kind is refused, since its model may leave every mode that limits it',
    (tools) => {
      expect(gemini.start(request({ tools }))).toMatchObject({ ok: false });
    },
  );

  test('reasoning is refused, since there is no flag for it', () => {
    expect(gemini.start(request({ reasoning: 'high' }))).toEqual({
      ok: false,
      reason: 'gemini cannot be told a reasoning',
    });
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
