/** Holds the note beside a fire that a pause will hold. */
import { expect, test } from 'vitest';
import { triggerId } from '../../../src/core/ids.ts';
import type { Pause } from '../../../src/core/trigger-ledger.ts';
import { pauseNote, pauseOver, pauseWords } from '../../../src/service/control/held.ts';

const AT = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;
const cron = triggerId('cron', 'a');
const own = (until?: number): Pause => ({ trigger: cron, since: 0, until, by: 'x' });
const all = (until?: number): Pause => ({ ...own(until), trigger: undefined });

test.for([
  ['nothing', [], null],
  ['its own pause without an end', [own()], 'paused'],
  ['that of everything', [all(AT + HOUR)], 'paused until 2026-01-01 14:00 (Europe/Berlin)'],
  ['one that ends before it, or as it comes', [own(AT - 1), all(AT)], null],
  ['that of another trigger', [{ ...own(), trigger: triggerId('cron', 'b') }], null],
  ['the longer of two', [own(AT + 1), all(AT + HOUR)], 'paused until 2026-01-01 14:00 (Europe/Berlin)'],
  ['the one without an end before any other', [own(AT + HOUR), all()], 'paused'],
] as const)('held by %s', ([, pauses, note]) => {
  expect(pauseNote({ trigger: cron, at: AT, zone: 'Europe/Berlin' }, pauses)).toBe(note);
});

test('what a person fires by hand is held by nothing', () => {
  expect(pauseOver({ trigger: triggerId('manual', 'a'), at: AT }, [all()])).toBeUndefined();
});

test.for([
  ['one with an end', own(AT), 'paused by x until 2026-01-01 13:00 (Europe/Berlin)'],
  ['one without', { ...own(), since: AT }, 'paused by x since 2026-01-01 13:00 (Europe/Berlin)'],
] as const)('words of %s', ([, pause, words]) => {
  expect(pauseWords(pause, 'Europe/Berlin')).toBe(words);
});
