/** Holds where the moment ends and the prompt begins in what somebody writes behind `/at`. */
import { describe, expect, test } from 'vitest';
import { splitWhen } from '../../../src/service/control/when.ts';

/** 2026-11-22 05:00 UTC, a Sunday. */
const now = { nowMs: Date.parse('2026-11-22T05:00:00Z'), zone: 'UTC' };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (iso: string): number => Date.parse(iso) - now.nowMs;

describe('the moment and the prompt', () => {
  test.for([
    // One word, and the rest.
    ['30m check the build', '30m', 'check the build', 30 * MINUTE],
    ['90S up', '90S', 'up', 90_000],
    ['30m\nfirst\n\n  second', '30m', 'first\n\n  second', 30 * MINUTE],
    ['30m -rf is a flag', '30m', '-rf is a flag', 30 * MINUTE],
    ['30m list the files', '30m', 'list the files', 30 * MINUTE],
    ['14:30 lunch', '14:30', 'lunch', at('2026-11-22T14:30Z')],
    ['30m', '30m', '', 30 * MINUTE],
    // Several words that are one moment.
    ['in 2 hours look', 'in 2 hours', 'look', 2 * HOUR],
    ['tomorrow 9am summarise', 'tomorrow 9am', 'summarise', at('2026-11-23T09:00Z')],
    ['tomorrow at 9:30 am summarise', 'tomorrow at 9:30 am', 'summarise', at('2026-11-23T09:30Z')],
    ['next friday at 9am write it', 'next friday at 9am', 'write it', at('2026-11-27T09:00Z')],
    ['2026-12-24 18:00 sing', '2026-12-24 18:00', 'sing', at('2026-12-24T18:00Z')],
    ['14:30 in 2 days look', '14:30 in 2 days', 'look', at('2026-11-24T14:30Z')],
    // A length that goes on in smaller units, written alike.
    ['1h 30m check', '1h 30m', 'check', 90 * MINUTE],
    ['1d 1h 30m check', '1d 1h 30m', 'check', DAY + 90 * MINUTE],
    ['in 1h 30m check', 'in 1h 30m', 'check', 90 * MINUTE],
    ['2 hours 30 minutes check', '2 hours 30 minutes', 'check', 150 * MINUTE],
    ['2 hours 30m check', '2 hours 30m', 'check', 150 * MINUTE],
    // A number and a unit of its own behind a length that is closed up belong to the prompt.
    ['30m 2 days of logs', '30m', '2 days of logs', 30 * MINUTE],
    ['2d 3 hours of logs', '2d', '3 hours of logs', 2 * DAY],
    ['1h 30m 2 seconds of silence', '1h 30m', '2 seconds of silence', 90 * MINUTE],
    ['in 30m 2 days of logs', 'in 30m', '2 days of logs', 30 * MINUTE],
    // So does what does not get smaller.
    ['30m 2d of logs', '30m', '2d of logs', 30 * MINUTE],
    ['30m 30m of silence', '30m', '30m of silence', 30 * MINUTE],
    ['2 hours 2 days of logs', '2 hours', '2 days of logs', 2 * HOUR],
    // And a length behind a time of day.
    ['14:30 2 days of logs', '14:30', '2 days of logs', at('2026-11-22T14:30Z')],
    ['14:30 2d of logs', '14:30', '2d of logs', at('2026-11-22T14:30Z')],
    ['monday 9am 2 days of logs', 'monday 9am', '2 days of logs', at('2026-11-23T09:00Z')],
  ] as const)('%j is %j, then %j', async ([text, when, rest, aheadMs]) => {
    const read = { ok: true, atMs: now.nowMs + aheadMs };
    expect(await splitWhen(text, now)).toEqual({ when, read, rest });
  });

  test('is a moment that is over, too, however many words say so', async () => {
    for (const when of ['yesterday 9am', '2020-01-01 10:00'])
      expect(await splitWhen(`${when} look`, now)).toMatchObject({
        when,
        rest: 'look',
        read: { kind: 'past' },
      });
  });
});

test.for([
  ['soon look', /^"soon" is not understood/],
  ['30 look', /^"30" has no unit/],
  ['tomorrow look', /^"tomorrow" does not say at what time/],
  ['list the files', /^"list" is not understood/],
  ['', /^it is empty/],
] as const)('of %j the first word is complained of', async ([text, message]) => {
  const { read } = await splitWhen(text, now);
  expect(read).toMatchObject({ ok: false, kind: 'unreadable', message: expect.stringMatching(message) });
});
