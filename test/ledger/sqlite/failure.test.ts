import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { storeFailure } from '../../../src/ledger/sqlite/failure.ts';

/** An error as `node:sqlite` throws it. */
function sqliteError(errcode: number): Error {
  return Object.assign(new Error('it went wrong'), { code: 'ERR_SQLITE_ERROR', errcode });
}

describe('an error of SQLite', () => {
  test.each([
    ['BUSY', 5],
    ['BUSY_SNAPSHOT', 5 | (2 << 8)],
    ['LOCKED', 6],
    ['READONLY', 8],
    ['IOERR', 10],
    ['IOERR_FSYNC', 10 | (4 << 8)],
    ['FULL', 13],
    ['CANTOPEN', 14],
  ])('%s may pass, so the store is unavailable', (_, errcode) => {
    const error = storeFailure(sqliteError(errcode), '/var/lib/x.db');
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('/var/lib/x.db') });
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([
    ['CORRUPT', 11],
    ['CORRUPT_INDEX', 11 | (3 << 8)],
    ['NOTADB', 26],
  ])('%s is damage, and the way out is named', (_, errcode) => {
    expect(storeFailure(sqliteError(errcode), '/var/lib/x.db')).toMatchObject({
      code: 'corrupt_state',
      message: expect.stringMatching(/x\.db .*it went wrong.*untether state repair/),
    });
  });

  test.each([
    ['CONSTRAINT', sqliteError(19)],
    ['another kind of error', new TypeError('bug')],
    ['no error at all', 'oops'],
  ])('%s is a bug', (_, error) => {
    expect(storeFailure(error, 'x').code).toBe('internal');
  });

  test('what is an AppError already stays what it is', () => {
    const error = new AppError('conflict', 'no');
    expect(storeFailure(error, 'x')).toBe(error);
  });
});
