import { describe, expect, it } from 'vitest';
import { AppError, errorCodes } from '../../src/core/errors.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { problemOf, statusOf } from '../../src/server/problem.ts';

describe('problemOf', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('gives %s a status that says who is at fault', (code) => {
    const { status, body } = problemOf(new AppError(code, 'the words'));
    expect(status).toBe(statusOf[code]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.error).toBe(code);
    expect(body.message).toBe(code === 'internal' ? 'internal error' : 'the words');
  });

  it.each([new TypeError('secret'), 'secret', undefined])(
    'keeps what was not thrown on purpose to itself: %s',
    (error) => {
      expect(problemOf(error)).toEqual({
        status: 500,
        body: { error: 'internal', message: 'internal error' },
      });
    },
  );
});
