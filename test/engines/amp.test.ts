/** Holds Amp to its command line, and to its stream as it is documented: it was not recorded. */
import { describe, expect, test } from 'vitest';
import { amp } from '../../src/engines/amp.ts';
import { request, startOf, summary } from './replayed.ts';

describe('its command line', () => {
  test.each([
    ['a new run', {}, ['--dangerously-allow-all', '--stream-json', '-x', 'say hello']],
    [
      'a thread is continued',
      { resume: 'T-1' },
      ['threads', 'continue', 'T-1', '--dangerously-allow-all', '--stream-json', '-x', 'say hello'],
    ],
    [
      'a model is a mode',
      { model: 'high' },
      ['--dangerously-allow-all', '--mode', 'high', '--stream-json', '-x', 'say hello'],
    ],
    [
      'a prompt is no flag',
      { prompt: '--orb-execute' },
      ['--dangerously-allow-all', '--stream-json', '-x', ' --orb-execute'],
    ],
  ])('%s', (_, changes, words) => {
    expect(startOf(amp, changes)).toEqual({
      ok: true,
      argv: ['agent', ...words],
      stdin: undefined,
      env: {},
      files: {},
    });
  });

  test('a prompt that is no argument is read on stdin, and `-x` stands alone', () => {
    const prompt = 'x'.repeat(200_000);
    const { argv, stdin } = startOf(amp, { prompt });
    expect(argv.at(-1)).toBe('-x');
    expect(stdin).toBe(prompt);
  });

  test.each([{ kind: 'read-only' } as const, { kind: 'list', names: ['Read'] } as const])(
    'a run limited to $kind is refused, since no flag limits its tools',
    (tools) => {
      expect(amp.start(request({ tools }))).toMatchObject({ ok: false });
    },
  );
});

describe('its stream', () => {
  test('the answer, the thread and the usage of its messages', () => {
    expect(summary(amp, 'amp/documented-fresh')).toEqual({
      events: [
        'started',
        'text I will look.',
        'tool Bash: echo hello',
        'usage',
        'Bash done',
        'text All done: hello',
        'usage',
        'result',
      ],
      session: 'T-01a21484-0000-4000-8000-000000000001',
      answer: 'All done: hello',
      isAnswered: true,
      failure: null,
      usage: { inputTokens: 200, outputTokens: 40, costUsd: null },
    });
  });

  test('a failed run has a reason and no answer', () => {
    expect(summary(amp, 'amp/documented-error')).toMatchObject({
      answer: null,
      isAnswered: false,
      failure: 'The service cannot be reached.',
    });
  });
});
