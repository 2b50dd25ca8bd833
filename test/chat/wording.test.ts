/** Holds what a chat is told when something cannot be done: a sentence for every code, and no secret of the program. */
import { expect, test } from 'vitest';
import { inWords, usageError } from '../../src/chat/wording.ts';
import { AppError, errorCodes } from '../../src/core/errors.ts';
import type { ErrorCode } from '../../src/core/errors.ts';

const codes = Object.keys(errorCodes) as readonly ErrorCode[];

test.for(codes.filter((code) => code !== 'internal'))('%s is a sign and its message', (code) => {
  expect(inWords(new AppError(code, 'the reason'))).toMatch(/^(❌|⚠️|⛔|⏳) .*the reason$/u);
});

test('what is internal stays in the log', () => {
  const words = inWords(new AppError('internal', 'SELECT * FROM runs', { cause: new Error('token 123') }));
  expect(words).toBe('⚠️ something went wrong here; the log says what');
});

test('a wrong use is told with the ways to write it, a line each', () => {
  const error = usageError('which one?', ['/at WHEN PROMPT', '/at list']);
  expect(error).toMatchObject({
    code: 'invalid_argument',
    message: 'which one?\n  /at WHEN PROMPT\n  /at list',
  });
});
