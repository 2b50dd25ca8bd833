/** Holds the generic engine to its promises: where the prompt goes, and that it never becomes anything else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_ARGUMENT_BYTES } from '../../src/engines/argument.ts';
import type { EngineStart } from '../../src/engines/contract.ts';
import { startGeneric } from '../../src/engines/generic.ts';

const start = (command: readonly string[], prompt: string): EngineStart => startGeneric({ command }, prompt);

const argvOf = (command: readonly string[], prompt: string): readonly string[] => {
  const started = start(command, prompt);
  return started.ok ? started.argv : [];
};

describe('a command with {prompt}', () => {
  test('gets it in its place, and nothing on stdin', () => {
    expect(start(['agent', '-p', '{prompt}', '--log={prompt}.txt'], 'do it')).toEqual({
      ok: true,
      argv: ['agent', '-p', 'do it', '--log=do it.txt'],
      stdin: undefined,
      env: {},
      files: {},
    });
  });

  test('is not told flags by a prompt', () => {
    expect(argvOf(['agent', '{prompt}'], '--dangerously-skip')).toEqual(['agent', ' --dangerously-skip']);
    expect(argvOf(['agent', '--prompt={prompt}'], '--x')).toEqual(['agent', '--prompt=--x']);
  });

  test('takes `$&` and `{prompt}` in a prompt as they are', () => {
    expect(argvOf(['agent', '{prompt}'], '$& $1 {prompt}')).toEqual(['agent', '$& $1 {prompt}']);
  });

  test('gets no NUL', () => {
    expect(argvOf(['agent', '{prompt}'], 'a\0b')).toEqual(['agent', 'a\uFFFDb']);
  });

  test('gets a prompt that fits an argument, cut between characters, and is told of the cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), (shift) => {
        const prompt = 'x'.repeat(shift) + '🌍'.repeat(50_000);
        const [, argument = ''] = argvOf(['agent', '{prompt}'], prompt);
        const bytes = Buffer.byteLength(argument);
        expect(bytes).toBeLessThanOrEqual(MAX_ARGUMENT_BYTES);
        expect(bytes).toBeGreaterThan(MAX_ARGUMENT_BYTES - 10);
        expect(argument).not.toContain('\uFFFD');
        expect(argument.endsWith(`[cut: ${200_000 + shift} bytes are too long for an argument]`)).toBe(true);
      }),
    );
  });
});

test('a command without {prompt} gets it on stdin, whole and unchanged', () => {
  const prompt = `-x\0${'y'.repeat(500_000)}`;
  expect(start(['agent', '-'], prompt)).toEqual({
    ok: true,
    argv: ['agent', '-'],
    stdin: prompt,
    env: {},
    files: {},
  });
});
