/** Holds `next --batch` to its promise: every line answered, in order, at once, whatever the others are. */
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { answerBatch } from '../../src/cli/batch.ts';
import { compileSchedule } from '../../src/scheduler/schedule.ts';

const rules = { now: () => Date.parse('2026-01-01T00:00:00Z'), maxCount: 100 };

async function answers(...pieces: ReadonlyArray<string | Uint8Array>): Promise<readonly unknown[]> {
  const input = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  let output = '';
  for await (const answer of answerBatch(input, rules)) output += answer;
  expect(output === '' || output.endsWith('\n')).toBe(true);
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

function question(fields: object): string {
  return `${JSON.stringify({ expression: '0 12 * * *', timezone: 'UTC', from: '2026-06-01T00:00:00Z', count: 1, ...fields })}\n`;
}

describe('a good line', () => {
  test('is answered with UTC times in milliseconds, and its id where it has one', async () => {
    expect(await answers(question({ count: 2 }), question({ id: 7 }), question({ id: 'x' }))).toEqual([
      { at: ['2026-06-01T12:00:00.000Z', '2026-06-02T12:00:00.000Z'] },
      { id: 7, at: ['2026-06-01T12:00:00.000Z'] },
      { id: 'x', at: ['2026-06-01T12:00:00.000Z'] },
    ]);
  });

  test('hashes H from its id, as the cron of that name in the file does', async () => {
    const compiled = compileSchedule({ expression: 'H H * * *', zone: 'UTC', hashSeed: 'cron:nightly' });
    const first = compiled.ok && compiled.schedule.next(Date.parse('2026-06-01T00:00:00Z'));
    const at = [new Date(Number(first)).toISOString()];
    const expression = 'H H * * *';
    expect(
      await answers(
        question({ expression, id: 'nightly' }),
        question({ expression, id: 'cron:nightly' }),
        question({ expression, id: 'other' }),
      ),
    ).toEqual([
      { id: 'nightly', at },
      { id: 'cron:nightly', at },
      { id: 'other', at: [expect.not.stringMatching(`^${at[0]}$`)] },
    ]);
  });

  test('counts strictly after from, which may be a wall time of the zone or epoch milliseconds', async () => {
    expect(
      await answers(
        question({ from: '2026-06-01T12:00:00Z' }),
        question({ timezone: 'Europe/Berlin', from: '2026-06-01T11:59' }),
        question({ from: Date.parse('2026-06-01T11:59:59.999Z') }),
        question({ from: undefined }),
      ),
    ).toEqual([
      { at: ['2026-06-02T12:00:00.000Z'] },
      { at: ['2026-06-01T10:00:00.000Z'] },
      { at: ['2026-06-01T12:00:00.000Z'] },
      { at: ['2026-01-01T12:00:00.000Z'] },
    ]);
  });

  test('of a schedule that ends, or never is due, has as many as there are', async () => {
    expect(
      await answers(
        question({ expression: '0 0 31 2 *' }),
        question({ expression: '@reboot' }),
        question({ expression: '0 0 0 1 1 * 2027', count: 5 }),
      ),
    ).toEqual([{ at: [] }, { at: [] }, { at: ['2027-01-01T00:00:00.000Z'] }]);
  });
});

describe('a bad line', () => {
  test.each([
    ['no JSON', 'nonsense\n', 'the line is no JSON object'],
    ['an empty line', '\n', 'the line is no JSON object'],
    ['a list', '[1]\n', 'the line is no JSON object'],
    ['null', 'null\n', 'the line is no JSON object'],
    ['no expression', question({ expression: undefined }), 'expression must be a string'],
    ['a bad expression', question({ expression: '61 * * * *' }), expect.stringContaining('minute')],
    [
      'a zone that does not exist',
      question({ timezone: 'Mars/Olympus' }),
      expect.stringContaining('Mars/Olympus'),
    ],
    ['a zone that is no text', question({ timezone: 1 }), 'timezone must be a string'],
    ['a bad from', question({ from: 'yesterday' }), expect.stringContaining('from')],
    ['a from that is no time', question({ from: {} }), expect.stringContaining('from must be')],
    ['a from beyond all time', question({ from: 1e300 }), 'from is out of range'],
    ['a count of none', question({ count: 0 }), 'count must be a whole number from 1 to 100'],
    ['a count beyond the bound', question({ count: 101 }), 'count must be a whole number from 1 to 100'],
    ['half a count', question({ count: 1.5 }), 'count must be a whole number from 1 to 100'],
  ])('(%s) is answered with what is wrong, and the next one is read', async (_what, line, error) => {
    expect(await answers(line, question({}))).toEqual([{ error }, { at: ['2026-06-01T12:00:00.000Z'] }]);
  });

  test('keeps its id', async () => {
    expect(await answers(question({ id: 3, count: 0 }))).toMatchObject([
      { id: 3, error: expect.any(String) },
    ]);
  });
});

describe('lines', () => {
  test('may be cut anywhere, within a character too, and the last needs no line end', async () => {
    const bytes = Buffer.from(question({ id: 'ü' }) + question({ id: 2 }).trimEnd());
    const pieces = [...bytes].map((_, index) => bytes.subarray(index, index + 1));
    expect(await answers(...pieces)).toMatchObject([{ id: 'ü' }, { id: 2 }]);
  });

  test('none are answered with nothing', async () => {
    expect(await answers()).toEqual([]);
  });

  test('are answered while more are still to come', async () => {
    const input = new PassThrough();
    const output = answerBatch(input, rules);
    for (const id of [1, 2, 3]) {
      input.write(question({ id }));
      const { value } = await output.next();
      expect(JSON.parse(String(value))).toMatchObject({ id });
    }
    input.end();
    expect((await output.next()).done).toBe(true);
  });
});
