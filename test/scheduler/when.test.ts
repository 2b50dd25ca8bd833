import { describe, expect, test } from 'vitest';
import { parseWhen } from '../../src/scheduler/when.ts';

/** A Sunday, 16:00 in Berlin. */
const nowMs = Date.parse('2026-11-22T15:00:00Z');

async function read(text: string, now = nowMs, zone = 'Europe/Berlin'): Promise<string> {
  const when = await parseWhen(text, { nowMs: now, zone });
  return when.ok
    ? new Date(when.atMs).toISOString().replace(':00.000Z', 'Z')
    : `${when.kind}: ${when.message}`;
}

test.each([
  ['2027-03-28 02:30', nowMs, 'skipped'],
  ['2027-10-31T02:30', nowMs, 'repeated'],
  ['2:30', Date.parse('2027-03-27T20:00:00Z'), 'skipped'],
  ['2027-10-31 02:30', Date.parse('2027-10-31T00:45:00Z'), undefined],
  ['2027-10-31 02:30 +01:00', nowMs, undefined],
  ['30m', Date.parse('2027-03-28T00:50:00Z'), undefined],
  ['tomorrow 9am', nowMs, undefined],
] as const)('what the clock does to %s at %i: %s', async (text, now, kind) => {
  const when = await parseWhen(text, { nowMs: now, zone: 'Europe/Berlin' });
  expect(when.ok && when.odd?.kind).toBe(kind);
});

describe('lengths of time', () => {
  test.each([
    ['30m', '2026-11-22T15:30Z'],
    ['1h30m', '2026-11-22T16:30Z'],
    ['1h 30m', '2026-11-22T16:30Z'],
    ['1.5h', '2026-11-22T16:30Z'],
    ['2d', '2026-11-24T15:00Z'],
    ['1w', '2026-11-29T15:00Z'],
    ['30M', '2026-11-22T15:30Z'],
    ['90 min', '2026-11-22T16:30Z'],
    ['in 2 hours', '2026-11-22T17:00Z'],
  ])('%s', async (text, expected) => {
    expect(await read(text)).toBe(expected);
  });

  test('are real time: a night of 25 hours does not stretch them', async () => {
    expect(await read('1d', Date.parse('2026-10-24T12:00:00Z'))).toBe('2026-10-25T12:00Z');
  });

  test.each([
    ['30', 'unreadable: "30" has no unit; write 30m, 30h or a time such as 14:30'],
    ['2 months', 'unreadable: "2 months": months and years differ in length; write days, or a date'],
    ['1y', 'unreadable: "1y": months and years differ in length; write days, or a date'],
    ['', 'unreadable: it is empty'],
    ['-5m', 'unreadable: "-5m" is negative'],
    ['30x', 'unreadable: "30x" is not understood'],
  ])('"%s" is not guessed at', async (text, expected) => {
    expect(await read(text)).toContain(expected);
  });
});

describe('times on the wall', () => {
  test.each([
    ['18:15', '2026-11-22T17:15Z'],
    ['14:30', '2026-11-23T13:30Z'],
    ['3pm', '2026-11-23T14:00Z'],
    ['at 5pm', '2026-11-22T16:00Z'],
    ['tomorrow 9am', '2026-11-23T08:00Z'],
    ['tomorrow at 9:30', '2026-11-23T08:30Z'],
    ['9am tomorrow', '2026-11-23T08:00Z'],
    ['today 18:00', '2026-11-22T17:00Z'],
    ['friday 10:00', '2026-11-27T09:00Z'],
    ['2026-12-24 18:00', '2026-12-24T17:00Z'],
    ['2026-12-24 9am', '2026-12-24T08:00Z'],
    ['24 Dec 18:00', '2026-12-24T17:00Z'],
    ['2026-12-24T18:00+02:00', '2026-12-24T16:00Z'],
    ['2026-12-24T18:00:00Z', '2026-12-24T18:00Z'],
    ['5pm EST', '2026-11-22T22:00Z'],
  ])('%s', async (text, expected) => {
    expect(await read(text)).toBe(expected);
  });

  test('are those of the zone asked about, its date included', async () => {
    expect(await read('tomorrow 9am', Date.parse('2026-11-22T15:30:00Z'), 'Asia/Tokyo')).toBe(
      '2026-11-24T00:00Z',
    );
    expect(await read('tomorrow 9am', Date.parse('2026-11-23T03:00:00Z'), 'America/New_York')).toBe(
      '2026-11-23T14:00Z',
    );
  });

  test('are right across a clock change between now and then', async () => {
    expect(await read('tomorrow 9am', Date.parse('2026-03-28T12:00:00Z'))).toBe('2026-03-29T07:00Z');
    expect(await read('09:00', Date.parse('2026-10-24T12:00:00Z'))).toBe('2026-10-25T08:00Z');
  });

  test('in a gap mean the first instant after it, in an overlap the next pass to come', async () => {
    expect(await read('2027-03-28 02:30')).toBe('2027-03-28T01:00Z');
    const secondPass = Date.parse('2026-10-25T01:10:00Z');
    expect(await read('2026-10-25 02:30', secondPass)).toBe('2026-10-25T01:30Z');
    expect(await read('02:30', secondPass)).toBe('2026-10-25T01:30Z');
    expect(await read('02:30', secondPass - 3_600_000)).toBe('2026-10-25T00:30Z');
  });

  test.each([
    ['banana', 'is not understood'],
    ['tomorrow 9am banana', 'is not understood'],
    ['9am-10am', 'is not understood'],
    ['25:00', 'is not understood'],
    ['tomorrow', 'does not say at what time; write "tomorrow 9am"'],
    ['2026-12-24', 'does not say at what time; write "2026-12-24 9am"'],
    ['2026-02-30 10:00', 'is on no calendar'],
  ])('"%s" is unreadable, and the message says what to write', async (text, message) => {
    expect(await read(text)).toContain('unreadable');
    expect(await read(text)).toContain(message);
  });

  test.each([
    '2020-01-01 10:00',
    'yesterday 9am',
    'today 14:00',
    'last friday 10:00',
    '2026-11-22T15:59:00+01:00',
  ])('"%s" is past, and said to be', async (text) => {
    expect(await read(text)).toBe(`past: "${text}" is in the past`);
  });

  test('an unknown zone is named', async () => {
    expect(await read('14:30', nowMs, 'Mars/Olympus')).toBe(
      'unreadable: there is no time zone "Mars/Olympus"',
    );
  });
});
